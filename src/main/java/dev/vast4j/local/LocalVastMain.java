package dev.vast4j.local;

import dev.vast4j.errors.LocalEngineException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The embedded engine as a program of its own, for clients in other processes and languages.
 *
 * <pre>{@code
 * java -cp ... dev.vast4j.local.LocalVastMain --port 8080 --folder ./vast
 * }</pre>
 *
 * <p>It runs until it is ended (Ctrl-C); its workers end with it. With {@code --folder},
 * deployments are there again at the next start.
 */
public final class LocalVastMain {
  private static final String USAGE =
      """
      Runs the embedded Vast engine: web API, serverless engine, object store and workers.

      --port N           port on 127.0.0.1 (default: any free one)
      --folder DIR       keeps deployments, bundles and logs there across restarts
      --max-workers N    most workers of one deployment (default: number of processors, at least 2)
      --worker-heap SIZE heap limit of each Java worker, such as 512m
      --rate-limit S     answers 429 to calls that come sooner than S seconds after the last
      --run-setup        workers run apt, pip and scripts of their bundle on this machine
      --chaos RULES      makes things go wrong, such as kill=5s,error=0.05,latency=200ms:0.1
      --help             this text
      """;

  private LocalVastMain() {}

  /**
   * Runs the engine until the process is ended.
   *
   * @param arguments as {@code --help} says
   * @throws InterruptedException when interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    int code = run(arguments, System.out, System.err, new CountDownLatch(1));
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Runs the engine until told to end.
   *
   * @return the exit code
   */
  static int run(String[] arguments, PrintStream out, PrintStream err, CountDownLatch end)
      throws InterruptedException {
    LocalOptions options;
    try {
      options = parse(arguments);
    } catch (HelpWanted e) {
      out.print(USAGE);
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("--help lists the options");
      return 2;
    }
    try (LocalVast local = LocalVast.start(options)) {
      out.println("The engine listens at " + local.url() + " (a page is there too)");
      out.println("Clients reach it with");
      out.println("  export VAST_URL=" + local.url() + " VAST_ENGINE_URL=" + local.url());
      out.println("  export VAST_API_KEY=\"$(cat '" + local.apiKeyFile() + "')\"");
      out.flush();
      end.await();
      return 0;
    } catch (LocalEngineException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static final class HelpWanted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static LocalOptions parse(String[] arguments) {
    LocalOptions options = LocalOptions.defaults();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      switch (name) {
        case "--help", "-h" -> throw new HelpWanted();
        case "--run-setup" -> options = options.runSetup(true);
        case "--port" -> options = options.port(number(name, value(arguments, ++i)));
        case "--max-workers" -> options = options.maxWorkers(number(name, value(arguments, ++i)));
        case "--folder" -> options = options.folder(Path.of(value(arguments, ++i)));
        case "--worker-heap" -> options = options.workerHeap(value(arguments, ++i));
        case "--chaos" -> options = options.chaos(value(arguments, ++i));
        case "--rate-limit" ->
            options = options.rateLimit(Duration.ofSeconds(number(name, value(arguments, ++i))));
        default -> throw new IllegalArgumentException("unknown option " + name);
      }
    }
    return options;
  }

  private static String value(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
    }
    return arguments[index];
  }

  private static int number(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a whole number, not " + value, e);
    }
  }
}
