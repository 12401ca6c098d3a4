package dev.vast4j.worker;

import java.nio.file.Path;

/** The main class of a worker, once everything it needs is on the class path. */
public final class WorkerMain {
  private WorkerMain() {}

  /**
   * Runs a worker in the working directory until the process is told to end.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Worker.start(System.getenv(), Path.of(""));
  }
}
