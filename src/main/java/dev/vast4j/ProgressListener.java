package dev.vast4j;

import dev.vast4j.internal.deploy.PrintingProgress;
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
   * For programs that a person runs: on a terminal one line that changes in place, on standard
   * output; elsewhere, as in continuous integration or a log file, what {@link #printing} prints,
   * on standard error, which leaves standard output to the program's results.
   *
   * <p>A terminal is one that the JVM knows as such, unless {@code TERM} is {@code dumb} or {@code
   * CI} is set.
   *
   * @return a listener for one deployment
   */
  static ProgressListener console() {
    return PrintingProgress.forConsole();
  }

  /**
   * Prints a line when something new begins, and at most one a second while it lasts.
   *
   * @param out where to print; standard error leaves standard output to the program's results
   * @return a listener for one deployment
   */
  static ProgressListener printing(PrintStream out) {
    return PrintingProgress.inLines(out);
  }
}
