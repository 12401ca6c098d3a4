package dev.vast4j;

import dev.vast4j.internal.deploy.PrintingProgress;
import java.io.PrintStream;

/**
 * Hears what a deploy is doing. Runs on the deploying thread, one event after the other, so it
 * should return quickly. Exceptions that it throws are logged and change nothing.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Handles an event.
   *
   * @param progress the step
   */
  void on(Progress progress);

  /**
   * Returns the default listener, which does nothing.
   *
   * @return a listener for any deployment
   */
  static ProgressListener none() {
    return progress -> {};
  }

  /**
   * Prints for a person: on a terminal, one line on standard output that changes in place, as wide
   * as the terminal, with percentage, rate and elapsed time, and cleared when the program ends;
   * elsewhere, such as in continuous integration, the lines of {@link #printing} on standard error,
   * which leaves standard output to the program's results.
   *
   * <p>A terminal is what the JVM detects as one, unless {@code TERM} is {@code dumb} or {@code CI}
   * is set.
   *
   * @return a listener for one deployment
   */
  static ProgressListener console() {
    return PrintingProgress.forConsole();
  }

  /**
   * Prints a line for each step and each change: when a step begins, when a worker's state or error
   * changes, and every ten seconds of an upload.
   *
   * @param out where to print
   * @return a listener for one deployment
   */
  static ProgressListener printing(PrintStream out) {
    return PrintingProgress.inLines(out);
  }
}
