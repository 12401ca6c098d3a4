package dev.vast4j;

import java.io.PrintStream;

/**
 * Is told what a deploy is doing. Called on the deploying thread, one event after the other; it
 * should return at once. What it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called for every event.
   *
   * @param progress what is being done
   */
  void on(Progress progress);

  /**
   * Says nothing: the default.
   *
   * @return a listener that does nothing
   */
  static ProgressListener none() {
    return progress -> {};
  }

  /**
   * Prints a line when something new begins, and at most one a second while it lasts.
   *
   * @param out where to print; standard error leaves standard output to the program's results
   * @return a listener for one deploy
   */
  static ProgressListener printing(PrintStream out) {
    return new PrintingProgress(out, System::nanoTime);
  }
}
