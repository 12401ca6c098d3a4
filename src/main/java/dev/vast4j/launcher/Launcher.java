package dev.vast4j.launcher;

import java.lang.reflect.InvocationTargetException;

/** The main class of a worker's process. */
public final class Launcher {
  static final String WORKER_MAIN = "dev.vast4j.worker.WorkerMain";

  private Launcher() {}

  /**
   * Fetches what the bundle's {@code vast4j/fetch.tsv} lists, then runs the worker in this process.
   *
   * @param args handed to the worker
   * @throws Exception what the worker's main method throws
   */
  public static void main(String[] args) throws Exception {
    try {
      Class.forName(WORKER_MAIN).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
