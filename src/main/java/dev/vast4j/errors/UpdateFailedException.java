package dev.vast4j.errors;

import java.time.Duration;
import java.util.stream.Collectors;

/** An update did not lead to workers of the new version; workers of the old one serve on. */
public final class UpdateFailedException extends VastException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_LENGTH = 1000;

  private final String deployment;
  private final Reason reason;
  private final String error;
  private final int workers;
  private final int updated;
  private final boolean inferred;

  /** Why an update failed. */
  public enum Reason {
    /** A worker of the new version reported an error. The engine may try again, or roll back. */
    WORKER_FAILED("its new version does not come up"),
    /** The service took the new version back. */
    ROLLED_BACK("its new version was rolled back"),
    /** Another version is current: rolled back, or deployed meanwhile from elsewhere. */
    REPLACED("another version is current: this one was rolled back, or somebody deployed another"),
    /** The time ran out. */
    TIMED_OUT("its update did not finish in time"),
    /** The waiting thread was interrupted. */
    INTERRUPTED("the thread that waited for its update was interrupted");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /**
   * Creates the exception.
   *
   * @param deployment the deployment's name
   * @param reason why it failed
   * @param error the worker's own error text, or an empty string when unknown
   * @param states the workers by state, such as {@code 2 idle, 1 error}; or an empty string
   * @param workers how many workers run
   * @param updated how many of them are ready with the new version
   * @param inferred whether this is a conclusion from signs, because the engine doesn't tell which
   *     version its workers run
   * @param timeout how long to wait
   */
  public UpdateFailedException(
      String deployment,
      Reason reason,
      String error,
      String states,
      int workers,
      int updated,
      boolean inferred,
      Duration timeout) {
    super(
        "deployment '"
            + deployment
            + "': "
            + reason.text
            + (inferred ? " (inferred)" : "")
            + (reason == Reason.TIMED_OUT ? "; timeout is " + DurationText.of(timeout) : "")
            + (error.isBlank() ? "" : ": " + brief(error))
            + "; "
            + updated
            + " of "
            + workers
            + (workers == 1 ? " worker" : " workers")
            + " on the new version"
            + (states.isEmpty() ? "" : " (" + states + ")")
            + (error.isBlank() ? "; Deployment.logs() may tell more" : ""),
        null);
    this.deployment = deployment;
    this.reason = reason;
    this.error = error;
    this.workers = workers;
    this.updated = updated;
    this.inferred = inferred;
  }

  private static String brief(String text) {
    String line =
        text.strip()
            .lines()
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" | "));
    return line.length() <= SHOWN_LENGTH ? line : line.substring(0, SHOWN_LENGTH) + "…";
  }

  /** {@return the deployment's name} */
  public String deployment() {
    return deployment;
  }

  /** {@return why it failed} */
  public Reason reason() {
    return reason;
  }

  /** {@return the worker's own error text, or an empty string when unknown} */
  public String error() {
    return error;
  }

  /** {@return how many workers run} */
  public int workers() {
    return workers;
  }

  /** {@return how many of them are ready with the new version} */
  public int updated() {
    return updated;
  }

  /** {@return whether this is a conclusion from signs, as always on the live service} */
  public boolean inferred() {
    return inferred;
  }
}
