package dev.vast4j.errors;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A remote call failed. Reports the function, the number of attempts and the worker. */
public abstract class CallException extends VastException {
  private static final long serialVersionUID = 1L;

  /** The facts about a failed call. */
  public static final class Trace implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final String function;
    private final int attempts;
    private final Duration elapsed;
    private final @Nullable String worker;
    private final @Nullable String workerVersion;
    private final @Nullable String clientVersion;

    /**
     * Creates a trace without versions.
     *
     * @param function the function's wire name
     * @param attempts how many attempts were made
     * @param elapsed time from the call to its failure
     * @param worker URL of the last worker tried, or null when none was found
     */
    public Trace(String function, int attempts, Duration elapsed, @Nullable String worker) {
      this(function, attempts, elapsed, worker, null, null);
    }

    /**
     * Creates a trace.
     *
     * @param function the function's wire name
     * @param attempts how many attempts were made
     * @param elapsed time from the call to its failure
     * @param worker URL of the last worker tried, or null when none was found
     * @param workerVersion the version that this worker runs, or null when unknown
     * @param clientVersion the version that the client deployed or attached to, or null when
     *     unknown
     */
    public Trace(
        String function,
        int attempts,
        Duration elapsed,
        @Nullable String worker,
        @Nullable String workerVersion,
        @Nullable String clientVersion) {
      this.function = function;
      this.attempts = attempts;
      this.elapsed = elapsed;
      this.worker = worker;
      this.workerVersion = workerVersion;
      this.clientVersion = clientVersion;
    }

    @Override
    public String toString() {
      return "function '%s', %d attempt%s, %d ms%s"
          .formatted(
              function,
              attempts,
              attempts == 1 ? "" : "s",
              elapsed.toMillis(),
              worker == null ? "" : ", worker " + worker + versions());
    }

    /** {@return the versions if they differ, otherwise an empty string} */
    private String versions() {
      return workerVersion == null || clientVersion == null || workerVersion.equals(clientVersion)
          ? ""
          : " of version " + workerVersion + ", called by a client of version " + clientVersion;
    }
  }

  private final Trace trace;

  /**
   * Creates the exception; the trace is appended to the message.
   *
   * @param message what happened
   * @param trace the failed call
   * @param cause the last cause, or null
   */
  protected CallException(String message, Trace trace, @Nullable Throwable cause) {
    super(message + " (" + trace + ")", cause);
    this.trace = trace;
  }

  /** {@return the function's wire name, as in {@code /remote/<name>}} */
  public String function() {
    return trace.function;
  }

  /** {@return how many attempts were made; 0 when no worker was found} */
  public int attempts() {
    return trace.attempts;
  }

  /** {@return the time from the call to its failure} */
  public Duration elapsed() {
    return trace.elapsed;
  }

  /** {@return URL of the last worker tried, or null when none was found} */
  public @Nullable String worker() {
    return trace.worker;
  }

  /**
   * {@return the version that the last worker runs, as in {@code WorkerInfo.version()}; null when
   * it did not answer or serves Python functions}
   */
  public @Nullable String workerVersion() {
    return trace.workerVersion;
  }

  /**
   * {@return the version that this client deployed or attached to; null for Python deployments and
   * when unknown}
   */
  public @Nullable String clientVersion() {
    return trace.clientVersion;
  }
}
