package dev.vast4j.local.process;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Starts workers of Python sources with the reference package, if it is installed. */
final class PythonWorkers {
  private static final String SCRIPT = "python_worker.py";
  private static final Duration LOADING = Duration.ofSeconds(30);

  /** Interpreters that have the package. */
  private final Set<String> usable = ConcurrentHashMap.newKeySet();

  void prepare(ProcessBuilder builder, Path home, WorkerLife life)
      throws IOException, InterruptedException {
    Map<String, String> environment = builder.environment();
    String python = python(environment);
    // A bundle's settings may name another interpreter. A missing package may be installed later.
    String problem = usable.contains(python) ? "" : problem(python, environment, life);
    if (!problem.isEmpty()) {
      throw new LocalEngineException(
          "this deployment is written in Python and "
              + python
              + " cannot load the package 'vastai' ("
              + problem
              + "); install it (pip install vastai) and deploy again",
          null);
    }
    usable.add(python);
    Path script = home.resolve(SCRIPT);
    try (InputStream in = PythonWorkers.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new LocalEngineException("the Python worker's start script is missing", null);
      }
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    builder.command(python, "-u", script.toString());
    choosePorts(environment);
  }

  /** Chooses the ports of a worker that cannot report one that it chose itself. */
  static void choosePorts(Map<String, String> environment) throws IOException {
    // The reference cannot report a port that it chose itself, so two are chosen for it. If
    // somebody else takes one in between, the worker ends and restarts with others.
    try (ServerSocket port = free();
        ServerSocket internal = free()) {
      String number = String.valueOf(port.getLocalPort());
      environment.put("WORKER_PORT", number);
      environment.put("VAST_TCP_PORT_" + number, number);
      environment.put("WORKER_HTTP_PORT", String.valueOf(internal.getLocalPort()));
    }
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static String python(Map<String, String> environment) {
    String venv = environment.get("ENV_PATH");
    if (venv != null && Files.isExecutable(Path.of(venv, "bin", "python3"))) {
      return Path.of(venv, "bin", "python3").toString();
    }
    return "python3";
  }

  private static String problem(String python, Map<String, String> environment, WorkerLife life)
      throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(python, "-c", "import vastai.serverless.remote.serve")
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    AtomicReference<String> printed = new AtomicReference<>("");
    try {
      int code =
          life.run(
              builder,
              output -> printed.set(lastLine(output)),
              process -> {
                WorkerLife.closeInput(process);
                var unused =
                    process
                        .onExit()
                        .orTimeout(LOADING.toSeconds(), TimeUnit.SECONDS)
                        .whenComplete((ended, late) -> process.destroyForcibly());
              });
      String why = printed.get();
      return code == 0 ? "" : why == null || why.isEmpty() ? "it ended with " + code : why;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String lastLine(InputStream output) {
    try {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return text.strip().lines().reduce((first, last) -> last).orElse("");
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
