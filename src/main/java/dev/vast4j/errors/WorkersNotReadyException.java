package dev.vast4j.errors;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Not enough workers became ready in time, or every worker failed. */
public final class WorkersNotReadyException extends VastException {
  private static final long serialVersionUID = 1L;

  /** How many different errors the message shows. */
  private static final int SHOWN_ERRORS = 3;

  private static final int ERROR_LENGTH = 500;

  private final int wanted;
  private final int ready;
  private final String states;
  private final LinkedHashMap<Long, String> errors;
  private final String reason;
  private final Duration timeout;
  private final boolean allFailed;
  private final WorkerOutput output;

  /**
   * Creates the exception.
   *
   * @param wanted how many ready workers were waited for
   * @param ready how many were ready
   * @param states the workers by state, such as {@code 2 loading, 1 error}
   * @param errors the last error text of each worker that has one, by the worker's id
   * @param reason what else is known, such as {@code the deployment is stopped}; or an empty string
   * @param timeout how long to wait
   * @param allFailed whether the wait ended early because every worker failed
   */
  public WorkersNotReadyException(
      int wanted,
      int ready,
      String states,
      Map<Long, String> errors,
      String reason,
      Duration timeout,
      boolean allFailed) {
    this(wanted, ready, states, errors, reason, timeout, allFailed, Map.of());
  }

  /**
   * Creates the exception with what workers in error printed.
   *
   * @param wanted how many ready workers were waited for
   * @param ready how many were ready
   * @param states the workers by state, such as {@code 2 loading, 1 error}
   * @param errors the last error text of each worker that has one, by the worker's id
   * @param reason what else is known, such as {@code the deployment is stopped}; or an empty string
   * @param timeout how long to wait
   * @param allFailed whether the wait ended early because every worker failed
   * @param output the last lines that workers in error printed, by the worker's id; without secrets
   */
  public WorkersNotReadyException(
      int wanted,
      int ready,
      String states,
      Map<Long, String> errors,
      String reason,
      Duration timeout,
      boolean allFailed,
      Map<Long, List<String>> output) {
    super(
        ready
            + " of "
            + wanted
            + " workers ready"
            + (states.isEmpty() ? "" : " (" + states + ")")
            + (allFailed ? "; every worker failed" : "; timeout is " + DurationText.of(timeout))
            + (reason.isEmpty() ? "" : "; " + reason)
            + shown(errors)
            + (states.contains("error") ? "; Deployment.logs() tells more" : "")
            + WorkerOutput.shown(output),
        null);
    this.wanted = wanted;
    this.ready = ready;
    this.states = states;
    this.errors = new LinkedHashMap<>(errors);
    this.reason = reason;
    this.timeout = timeout;
    this.allFailed = allFailed;
    this.output = new WorkerOutput(output);
  }

  private static String shown(Map<Long, String> errors) {
    Map<String, Long> first = new LinkedHashMap<>();
    errors.forEach((worker, text) -> first.putIfAbsent(text, worker));
    return first.entrySet().stream()
        .limit(SHOWN_ERRORS)
        .map(error -> "; worker " + error.getValue() + ": " + brief(error.getKey()))
        .collect(Collectors.joining());
  }

  private static String brief(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() <= ERROR_LENGTH ? line : line.substring(0, ERROR_LENGTH) + "…";
  }

  /** {@return how many ready workers were waited for} */
  public int wanted() {
    return wanted;
  }

  /** {@return how many were ready} */
  public int ready() {
    return ready;
  }

  /** {@return the workers by state, such as {@code 2 loading, 1 error}} */
  public String states() {
    return states;
  }

  /** {@return the last error text of each worker that has one, by the worker's id} */
  public Map<Long, String> errors() {
    return Collections.unmodifiableMap(errors);
  }

  /**
   * {@return the last lines, at most 50, that workers in error printed, by the worker's id, oldest
   * first; empty when they could not be fetched before the time ran out}
   */
  public Map<Long, List<String>> output() {
    return output.lines();
  }

  /** {@return what else is known, such as that the deployment is stopped; or an empty string} */
  public String reason() {
    return reason;
  }

  /** {@return how long the wait was to last} */
  public Duration timeout() {
    return timeout;
  }

  /** {@return whether the wait ended early because every worker failed} */
  public boolean allFailed() {
    return allFailed;
  }
}
