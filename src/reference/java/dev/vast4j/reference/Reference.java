package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Python reference that {@code python3} imports. */
public final class Reference {
  /** Our programs that use the reference. */
  public static final Path PROGRAMS = Path.of("src/reference/python").toAbsolutePath();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Reference() {}

  /** Fails with the fix if the reference is missing. */
  public static void require() throws IOException, InterruptedException {
    Ended ended =
        await(
            start(Path.of("."), Map.of(), List.of("-c", "import vastai.serverless.remote.serve")));
    if (ended.code != 0) {
      fail(
          "python3 cannot import the reference, the package vastai. To fix: pip install vastai, put"
              + " another python3 first on PATH, or add the source's directory to PYTHONPATH.%n%s",
          ended.errors);
    }
  }

  /** As {@link #require}, and fails if the reference's worker cannot serve with this aiohttp. */
  static void requireWorker() throws IOException, InterruptedException {
    require();
    String check =
        "import inspect, sys; from aiohttp.web import Server;"
            + " sys.exit('handler_cancellation' not in inspect.signature(Server).parameters)";
    if (await(start(Path.of("."), Map.of(), List.of("-c", check))).code != 0) {
      fail(
          "python3's aiohttp is too old for the reference's worker, which then drops every"
              + " connection. To fix: pip install --upgrade aiohttp");
    }
  }

  /** {@return whether the reference's client can deploy, which needs Python 3.12} */
  public static boolean deploys() throws IOException, InterruptedException {
    return await(
                start(
                    Path.of("."),
                    Map.of(),
                    List.of("-c", "import sys; sys.exit(sys.version_info < (3, 12))")))
            .code
        == 0;
  }

  /** {@return the variables that point the reference's client to an embedded engine} */
  public static Map<String, String> at(LocalVast engine) {
    String url = engine.url().toString().replaceAll("/$", "");
    Map<String, String> environment = new HashMap<>();
    environment.put("WEB_URL", url);
    environment.put("ENGINE_URL", url);
    environment.put("VAST_API_KEY", engine.apiKey());
    return environment;
  }

  /** Runs one of our programs and returns the JSON that it prints. */
  public static JsonNode run(Map<String, String> environment, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PROGRAMS.resolve(program).toString());
    command.addAll(List.of(arguments));
    Ended ended = await(start(Path.of("."), environment, command));
    if (ended.code != 0) {
      fail("%s failed with exit code %d:%n%s", program, ended.code, ended.errors);
    }
    return JSON.readTree(ended.output);
  }

  /** Starts Python with its output redirected to files. */
  public static Started start(Path folder, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("python3", "-u"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().putAll(environment);
    Path output = Files.createTempFile("reference", ".out");
    Path errors = Files.createTempFile("reference", ".err");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return new Started(builder.start(), output, errors);
  }

  private static Ended await(Started started) throws IOException, InterruptedException {
    try (started) {
      if (!started.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        fail("not done within %d s:%n%s", PATIENCE.toSeconds(), started.said());
      }
      return new Ended(
          started.process.exitValue(),
          Files.readString(started.output, StandardCharsets.UTF_8),
          Files.readString(started.errors, StandardCharsets.UTF_8));
    }
  }

  private record Ended(int code, String output, String errors) {}

  /**
   * A Python process, which closing terminates.
   *
   * @param process the process
   * @param output the file with its standard output
   * @param errors the file with its standard error
   */
  public record Started(Process process, Path output, Path errors) implements AutoCloseable {
    /** {@return all output so far} */
    public String said() throws IOException {
      return Files.readString(output, StandardCharsets.UTF_8)
          + Files.readString(errors, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException, InterruptedException {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    }
  }
}
