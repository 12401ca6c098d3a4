package dev.vast4j.cli;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code open}: opens the page of an engine on this machine. */
@Command(
    name = "open",
    description = "Opens the page of an engine on this machine in a browser, and prints its URL.",
    footer = {
      "",
      "The URL contains the page's token, which the page turns into a cookie.",
      "",
      "Examples:",
      "  vast4j open",
      "  vast4j open square --port 8080",
      "  vast4j open --print"
    })
final class OpenCommand implements Callable<Integer> {
  private static final String REDIRECT_FILE = "open.html";

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Deployment to show (default: all deployments).")
  private @Nullable String deployment;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the engine (default: that of VAST_URL, else of the only one).")
  private @Nullable Integer port;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Folder of the engine, for 'vast4j local --folder DIR'.")
  private @Nullable Path folder;

  @Option(names = "--print", description = "Print the URL only.")
  private boolean printOnly;

  OpenCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    RunningEngine engine = engine();
    String fragment =
        deployment == null
            ? ""
            : "#/deployments/"
                + URLEncoder.encode(deployment, StandardCharsets.UTF_8).replace("+", "%20");
    URI url = URI.create(engine.page() + fragment);
    if (console.json()) {
      console.printJson(Map.of("url", url.toString()));
    } else {
      console.print(url.toString());
    }
    if (!printOnly && !console.json()) {
      show(engine.folder(), url);
    }
    return ExitCode.DONE.number();
  }

  private RunningEngine engine() {
    if (folder != null) {
      RunningEngine engine = RunningEngine.in(folder);
      if (engine == null) {
        throw new LocalEngineException("no engine of yours runs in " + folder, null);
      }
      return engine;
    }
    List<RunningEngine> all = RunningEngine.all();
    Integer wanted = port != null ? port : portOf(System.getenv("VAST_URL"));
    List<RunningEngine> found =
        wanted == null ? all : all.stream().filter(engine -> engine.port() == wanted).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    String ports =
        all.stream().map(engine -> String.valueOf(engine.port())).collect(Collectors.joining(", "));
    if (found.isEmpty()) {
      throw new LocalEngineException(
          (wanted == null
                  ? "no engine of yours runs on this machine"
                  : "no engine of yours listens on port " + wanted)
              + (ports.isEmpty()
                  ? "; start one with 'vast4j local', or name its folder with --folder"
                  : "; there are some on " + ports),
          null);
    }
    throw new WrongUsage("several engines run; choose one with --port: " + ports, null);
  }

  /** {@return the port of a URL on this machine, or null} */
  private static @Nullable Integer portOf(@Nullable String url) {
    try {
      URI uri = URI.create(url == null ? "" : url.strip());
      boolean here =
          uri.getHost() != null
              && List.of("127.0.0.1", "localhost", "[::1]").contains(uri.getHost());
      return here && uri.getPort() > 0 ? uri.getPort() : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Opens a file that leads to the URL: other users of the machine see the arguments of a command.
   */
  private void show(Path engineFolder, URI url) {
    try {
      Path file = Files.createTempFile(engineFolder, "open", ".new");
      Files.writeString(
          file,
          "<!doctype html><meta charset=\"utf-8\"><title>vast4j</title>"
              + "<meta http-equiv=\"refresh\" content=\"0; url="
              + url
              + "\">\n");
      Path redirect = engineFolder.resolve(REDIRECT_FILE);
      Files.move(file, redirect, StandardCopyOption.REPLACE_EXISTING);
      new ProcessBuilder(opener(redirect))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      console.warn("no browser could be started; open the URL above yourself");
    }
  }

  private static List<String> opener(Path file) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.contains("win")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", file.toUri().toString());
    }
    return List.of(system.contains("mac") ? "open" : "xdg-open", file.toUri().toString());
  }
}
