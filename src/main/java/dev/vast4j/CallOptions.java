package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How calls through one proxy behave. Immutable: every method returns a changed copy. */
public final class CallOptions {
  private static final CallOptions DEFAULTS = new CallOptions(null, null, 5, null, null);

  private final @Nullable Duration timeout;
  private final @Nullable Duration workerTimeout;
  private final int maxAttempts;
  private final @Nullable Double cost;
  private final @Nullable Boolean idempotent;

  private CallOptions(
      @Nullable Duration timeout,
      @Nullable Duration workerTimeout,
      int maxAttempts,
      @Nullable Double cost,
      @Nullable Boolean idempotent) {
    this.timeout = timeout;
    this.workerTimeout = workerTimeout;
    this.maxAttempts = maxAttempts;
    this.cost = cost;
    this.idempotent = idempotent;
  }

  /**
   * The defaults: 30 minutes in all and 10 minutes a worker unless the environment says otherwise
   * ({@code VAST_CALL_TIMEOUT}, {@code VAST_WORKER_TIMEOUT}), 5 attempts, cost and idempotence as
   * the function says.
   *
   * @return the value to start from
   */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The time a call may take in all: waiting for a worker, every attempt, every pause between them.
   *
   * @param timeout above 0; {@code VAST_CALL_TIMEOUT} by default, 30 minutes when that is not set
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public CallOptions timeout(Duration timeout) {
    return new CallOptions(
        positive("timeout", timeout), workerTimeout, maxAttempts, cost, idempotent);
  }

  /**
   * The time one attempt may take on a worker, queueing there included. For a stream, the time from
   * one element to the next.
   *
   * @param workerTimeout above 0; {@code VAST_WORKER_TIMEOUT} by default, 10 minutes when that is
   *     not set
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public CallOptions workerTimeout(Duration workerTimeout) {
    return new CallOptions(
        timeout, positive("workerTimeout", workerTimeout), maxAttempts, cost, idempotent);
  }

  /**
   * How often a call is tried. Waiting in the engine's queue for a worker is no attempt, nor is one
   * that found no worker to connect to, unless in a session; after a minute of nothing else the
   * call is given up.
   *
   * @param maxAttempts at least 1; 5 by default
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1
   */
  public CallOptions maxAttempts(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new InvalidDeploymentException(
          "CallOptions.maxAttempts", "it is " + maxAttempts, "Give 1 or more", null);
    }
    return new CallOptions(timeout, workerTimeout, maxAttempts, cost, idempotent);
  }

  /**
   * The workload announced to the engine, which routes and scales by it.
   *
   * @param cost above 0 and finite; by default what {@link Remote#workload} calculates, else 100
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive or not finite
   */
  public CallOptions cost(double cost) {
    if (!(cost > 0) || !Double.isFinite(cost)) {
      throw new InvalidDeploymentException(
          "CallOptions.cost", "it is " + cost, "Give a number above 0", null);
    }
    return new CallOptions(timeout, workerTimeout, maxAttempts, cost, idempotent);
  }

  /**
   * Whether a call that may already have run is tried again.
   *
   * @param idempotent by default what {@link Remote#idempotent} says
   * @return a changed copy
   */
  public CallOptions idempotent(boolean idempotent) {
    return new CallOptions(timeout, workerTimeout, maxAttempts, cost, idempotent);
  }

  /** {@return the time a call may take in all, or null for the default} */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** {@return the time one attempt may take on a worker, or null for the default} */
  public @Nullable Duration workerTimeout() {
    return workerTimeout;
  }

  /** {@return how often a call is tried at most} */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** {@return the workload announced to the engine, or null when the function decides} */
  public @Nullable Double cost() {
    return cost;
  }

  /** {@return whether a call that may have run is retried, or null when the function decides} */
  public @Nullable Boolean idempotent() {
    return idempotent;
  }

  @Override
  public String toString() {
    return "CallOptions[maxAttempts="
        + maxAttempts
        + (timeout == null ? "" : ", timeout=" + timeout)
        + (workerTimeout == null ? "" : ", workerTimeout=" + workerTimeout)
        + (cost == null ? "" : ", cost=" + cost)
        + (idempotent == null ? "" : ", idempotent=" + idempotent)
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
