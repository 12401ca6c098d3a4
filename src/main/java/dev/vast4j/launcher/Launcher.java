package dev.vast4j.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The main class of a worker's process. */
public final class Launcher {
  static final String WORKER_MAIN = "dev.vast4j.worker.WorkerMain";

  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private Launcher() {}

  /**
   * Fetches what the bundle's {@code vast4j/fetch.tsv} lists, then runs the worker in this process.
   * While something cannot be fetched the engine is told so, and it is tried again.
   *
   * @param args handed to the worker
   * @throws Exception what the worker's main method throws
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> environment = System.getenv();
    if ("true".equals(environment.get("VAST4J_WATCH_STDIN"))) {
      watchStandardInput();
    }
    fetch(environment, Path.of(""), time -> Thread.sleep(time.toMillis()));
    try {
      Class.forName(WORKER_MAIN).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Blocks until every jar is at its place. */
  static void fetch(Map<String, String> environment, Path directory, JarFetcher.Sleeper sleeper)
      throws InterruptedException {
    ErrorBeacon beacon = null;
    try {
      for (; ; ) {
        try {
          List<ThinJar> jars = ThinJar.read(directory.resolve("vast4j/fetch.tsv"));
          int fetched = fetcher(environment, directory, sleeper).fetch(jars);
          if (fetched > 0) {
            System.out.println("vast4j: fetched " + fetched + " of " + jars.size() + " jars");
          }
          return;
        } catch (IOException e) {
          String message = "Worker failed to launch: " + e.getMessage();
          System.err.println("vast4j: " + message);
          if (beacon == null) {
            beacon = ErrorBeacon.start(environment, message);
          } else {
            beacon.message(message);
          }
          sleeper.sleep(AGAIN);
        }
      }
    } finally {
      if (beacon != null) {
        beacon.close();
      }
    }
  }

  /** Whoever started this process holds the other end; when that is gone, nobody needs it. */
  private static void watchStandardInput() {
    Thread thread =
        new Thread(
            () -> {
              byte[] ignored = new byte[256];
              try {
                while (System.in.read(ignored) >= 0) {
                  // Whatever is written there has no meaning.
                }
              } catch (IOException e) {
                System.err.println("vast4j: standard input broke, which ends the process");
              }
              Runtime.getRuntime().halt(0);
            },
            "vast4j-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  private static JarFetcher fetcher(
      Map<String, String> environment, Path directory, JarFetcher.Sleeper sleeper) {
    @Nullable String local = environment.get("VAST4J_LOCAL_REPOSITORY");
    String repositories = environment.getOrDefault("VAST4J_REPOSITORIES", "");
    return new JarFetcher(
        directory,
        local == null || local.isBlank() ? null : Path.of(local.strip()),
        repositories.isBlank()
            ? List.of(CENTRAL)
            : Arrays.asList(repositories.strip().split("\\s+")),
        sleeper);
  }
}
