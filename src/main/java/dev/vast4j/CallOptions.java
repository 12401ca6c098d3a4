package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Options of the calls through one proxy. Immutable: every method returns a changed copy. */
public final class CallOptions {
  private static final CallOptions DEFAULTS = new CallOptions(null, null, null, null, null, false);

  private final @Nullable Duration timeout;
  private final @Nullable Duration workerTimeout;
  private final @Nullable Integer maxAttempts;
  private final @Nullable Double cost;
  private final @Nullable Boolean idempotent;
  private final boolean onlyCurrentVersion;

  private CallOptions(
      @Nullable Duration timeout,
      @Nullable Duration workerTimeout,
      @Nullable Integer maxAttempts,
      @Nullable Double cost,
      @Nullable Boolean idempotent,
      boolean onlyCurrentVersion) {
    this.timeout = timeout;
    this.workerTimeout = workerTimeout;
    this.maxAttempts = maxAttempts;
    this.cost = cost;
    this.idempotent = idempotent;
    this.onlyCurrentVersion = onlyCurrentVersion;
  }

  /**
   * Returns the defaults: 30 minutes in all and 10 minutes a worker, unless the environment sets
   * {@code VAST_CALL_TIMEOUT} or {@code VAST_WORKER_TIMEOUT}; 5 attempts. What the function's
   * annotation sets goes before these.
   *
   * @return the defaults
   */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Limits the time of a call: waiting for a worker, all attempts and the pauses between them.
   *
   * @param timeout above 0; by default {@link Remote#timeoutSeconds}, {@code VAST_CALL_TIMEOUT} or
   *     30 minutes
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public CallOptions timeout(Duration timeout) {
    return new CallOptions(
        positive("timeout", timeout),
        workerTimeout,
        maxAttempts,
        cost,
        idempotent,
        onlyCurrentVersion);
  }

  /**
   * Limits the time of one attempt on a worker, including its queue. For a stream, limits the time
   * from one element to the next.
   *
   * @param workerTimeout above 0; by default {@link Remote#workerTimeoutSeconds}, {@code
   *     VAST_WORKER_TIMEOUT} or 10 minutes
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public CallOptions workerTimeout(Duration workerTimeout) {
    return new CallOptions(
        timeout,
        positive("workerTimeout", workerTimeout),
        maxAttempts,
        cost,
        idempotent,
        onlyCurrentVersion);
  }

  /**
   * Limits the number of attempts. Waiting in the engine's queue doesn't count. Outside a session,
   * a failed connection doesn't count either, but the call fails after a minute in which every
   * attempt failed to connect.
   *
   * @param maxAttempts at least 1; by default {@link Remote#maxAttempts} or 5
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1
   */
  public CallOptions maxAttempts(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new InvalidDeploymentException(
          "CallOptions.maxAttempts", "it is " + maxAttempts, "Give 1 or more", null);
    }
    return new CallOptions(
        timeout, workerTimeout, maxAttempts, cost, idempotent, onlyCurrentVersion);
  }

  /**
   * Sets the workload that the engine routes and scales by.
   *
   * @param cost above 0 and finite; by default {@link Remote#workload} calculates it, or 100
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive or not finite
   */
  public CallOptions cost(double cost) {
    if (!(cost > 0) || !Double.isFinite(cost)) {
      throw new InvalidDeploymentException(
          "CallOptions.cost", "it is " + cost, "Give a number above 0", null);
    }
    return new CallOptions(
        timeout, workerTimeout, maxAttempts, cost, idempotent, onlyCurrentVersion);
  }

  /**
   * Sets whether to retry a call that may have run.
   *
   * @param idempotent by default {@link Remote#idempotent}
   * @return a changed copy
   */
  public CallOptions idempotent(boolean idempotent) {
    return new CallOptions(
        timeout, workerTimeout, maxAttempts, cost, idempotent, onlyCurrentVersion);
  }

  /**
   * Lets only workers of the version that this client deployed or attached to run the call; others
   * refuse it before anything runs. While that version is current, the call waits for such a worker
   * until its deadline; once another is current, it fails with {@link
   * dev.vast4j.errors.CallRefusedException}, status 412. By default any worker runs a call whose
   * function and arguments it knows. Not for Python deployments, whose workers don't tell their
   * version: {@link Deployment#remote(Class, CallOptions)} refuses it.
   *
   * @return a changed copy
   */
  public CallOptions currentVersion() {
    return new CallOptions(timeout, workerTimeout, maxAttempts, cost, idempotent, true);
  }

  /** {@return the time limit of a call, or null for the default} */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** {@return the time limit of an attempt on a worker, or null for the default} */
  public @Nullable Duration workerTimeout() {
    return workerTimeout;
  }

  /** {@return the most attempts, or null for the default} */
  public @Nullable Integer maxAttempts() {
    return maxAttempts;
  }

  /** {@return the workload, or null for the function's own} */
  public @Nullable Double cost() {
    return cost;
  }

  /** {@return whether to retry a call that may have run, or null for the function's own setting} */
  public @Nullable Boolean idempotent() {
    return idempotent;
  }

  /** {@return whether only workers of this client's version run the call} */
  public boolean onlyCurrentVersion() {
    return onlyCurrentVersion;
  }

  @Override
  public String toString() {
    return "CallOptions[maxAttempts="
        + (maxAttempts == null ? "default" : maxAttempts)
        + (timeout == null ? "" : ", timeout=" + timeout)
        + (workerTimeout == null ? "" : ", workerTimeout=" + workerTimeout)
        + (cost == null ? "" : ", cost=" + cost)
        + (idempotent == null ? "" : ", idempotent=" + idempotent)
        + (onlyCurrentVersion ? ", currentVersion" : "")
        + "]";
  }

  private static Duration positive(String setting, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new InvalidDeploymentException(
          "CallOptions." + setting, "it is " + time, "Give a duration above 0", null);
    }
    return time;
  }
}
