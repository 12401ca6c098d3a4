package dev.vast4j.errors;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The call's deadline passed, or the last attempt took too long. If it had reached a worker, the
 * function may have run.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String limit;
  private final Duration limitValue;
  private final String waitingFor;
  private final String lastKnown;
  private final WorkerOutput output;

  /**
   * Creates the exception.
   *
   * @param limit the option whose limit was exceeded: {@code timeout} or {@code workerTimeout}
   * @param limitValue its value
   * @param waitingFor what the call was waiting for when time ran out
   * @param lastKnown the last thing known about it, such as the workers' states and their errors;
   *     or an empty string
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public CallTimeoutException(
      String limit,
      Duration limitValue,
      String waitingFor,
      String lastKnown,
      Trace trace,
      @Nullable Throwable cause) {
    this(limit, limitValue, waitingFor, lastKnown, Map.of(), trace, cause);
  }

  /**
   * Creates the exception with what workers in error printed.
   *
   * @param limit the option whose limit was exceeded: {@code timeout} or {@code workerTimeout}
   * @param limitValue its value
   * @param waitingFor what the call was waiting for when time ran out
   * @param lastKnown the last thing known about it, such as the workers' states and their errors;
   *     or an empty string
   * @param output the last lines that workers in error printed, by the worker's id; without secrets
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public CallTimeoutException(
      String limit,
      Duration limitValue,
      String waitingFor,
      String lastKnown,
      Map<Long, List<String>> output,
      Trace trace,
      @Nullable Throwable cause) {
    super(
        "timed out waiting for "
            + waitingFor
            + (lastKnown.isEmpty() ? "" : ": " + lastKnown)
            + "; "
            + limit
            + " is "
            + DurationText.of(limitValue)
            + WorkerOutput.shown(output),
        trace,
        cause);
    this.limit = limit;
    this.limitValue = limitValue;
    this.waitingFor = waitingFor;
    this.lastKnown = lastKnown;
    this.output = new WorkerOutput(output);
  }

  /** {@return the option whose limit was exceeded: {@code timeout} or {@code workerTimeout}} */
  public String limit() {
    return limit;
  }

  /** {@return the value of that limit} */
  public Duration limitValue() {
    return limitValue;
  }

  /** {@return what the call was waiting for when time ran out} */
  public String waitingFor() {
    return waitingFor;
  }

  /**
   * {@return the last thing known when time ran out: what the engine said about its workers, with
   * their errors, or else how the last request failed; an empty string when nothing was known}
   */
  public String lastKnown() {
    return lastKnown;
  }

  /**
   * {@return the last lines, at most 50, that workers in error printed, by the worker's id, oldest
   * first; empty unless the call waited for a ready worker while workers were in error, and when
   * the lines had not arrived before the time ran out}
   */
  public Map<Long, List<String>> output() {
    return output.lines();
  }
}
