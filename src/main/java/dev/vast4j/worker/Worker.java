package dev.vast4j.worker;

import java.nio.file.Path;
import java.util.Map;

/**
 * One worker. All of its input is a map of environment variables and the folder its bundle was
 * extracted in, so several can live in one process. Thread-safe.
 */
public final class Worker implements AutoCloseable {
  private Worker() {}

  /**
   * Binds the worker's ports and begins to boot; returns before it is ready.
   *
   * @param environment the variables, as a process's environment
   * @param directory the folder of the extracted bundle, with {@code vast4j/manifest.json}
   * @return the running worker
   */
  public static Worker start(Map<String, String> environment, Path directory) {
    throw new UnsupportedOperationException(environment.size() + " " + directory);
  }

  /** The port that answers calls. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  /** The port that answers {@code /session/end} only, without TLS. */
  public int httpPort() {
    throw new UnsupportedOperationException();
  }

  /** Finishes what runs, within the grace period, then stops. */
  @Override
  public void close() {}
}
