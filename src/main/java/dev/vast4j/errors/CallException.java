package dev.vast4j.errors;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A remote call that did not give a value. Says which function, after how many attempts, and where.
 */
public abstract class CallException extends VastException {
  private static final long serialVersionUID = 1L;

  /** What is known of a call when it fails. */
  public static final class Trace implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final String function;
    private final int attempts;
    private final Duration elapsed;
    private final @Nullable String worker;

    /**
     * Creates a trace.
     *
     * @param function the function's wire name
     * @param attempts how often the call was tried, the last included
     * @param elapsed time since the caller asked
     * @param worker URL of the last worker tried, or null when none was reached
     */
    public Trace(String function, int attempts, Duration elapsed, @Nullable String worker) {
      this.function = function;
      this.attempts = attempts;
      this.elapsed = elapsed;
      this.worker = worker;
    }

    @Override
    public String toString() {
      return "function '%s', %d attempt%s, %d ms%s"
          .formatted(
              function,
              attempts,
              attempts == 1 ? "" : "s",
              elapsed.toMillis(),
              worker == null ? "" : ", worker " + worker);
    }
  }

  private final Trace trace;

  /**
   * Creates the exception; the trace is appended to the message.
   *
   * @param message what happened
   * @param trace the call it happened to
   * @param cause the last cause, or null
   */
  protected CallException(String message, Trace trace, @Nullable Throwable cause) {
    super(message + " (" + trace + ")", cause);
    this.trace = trace;
  }

  /**
   * The function's wire name.
   *
   * @return the name, as in {@code /remote/<name>}
   */
  public String function() {
    return trace.function;
  }

  /**
   * How often the call was tried.
   *
   * @return attempts, the last included; 0 when no worker was ever found
   */
  public int attempts() {
    return trace.attempts;
  }

  /**
   * Time from the call to its failure.
   *
   * @return the time elapsed
   */
  public Duration elapsed() {
    return trace.elapsed;
  }

  /**
   * The worker of the last attempt.
   *
   * @return its URL, or null when none was reached
   */
  public @Nullable String worker() {
    return trace.worker;
  }
}
