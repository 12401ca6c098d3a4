package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the engine scales a deployment's workers. Start from {@link #defaults} and set what you need;
 * the service chooses every value that is null. Immutable: every method returns a changed copy.
 *
 * <p><i>Load</i> is the workload of calls per second ({@link Remote#workload}, by default 100 a
 * call), in the unit that a worker's benchmark measures. <i>Active</i> workers run, <i>cold</i>
 * ones are stopped but loaded. The methods check what they are given; the constructor doesn't,
 * because it also takes what the service reports.
 *
 * @param coldWorkers the least number of workers, active and cold
 * @param maxWorkers the greatest number of workers, active and cold
 * @param minLoad load per second that active workers are kept for
 * @param minColdLoad load per second that active and cold workers are kept for
 * @param targetUtil share of active capacity that the expected load should use
 * @param coldMult capacity of active and cold workers as a multiple of the active load
 * @param maxQueueTime expected wait above which a worker is full
 * @param targetQueueTime wait above which the engine adds workers
 * @param inactivityTimeout idle time before scaling to zero
 */
public record Autoscaling(
    @Nullable Integer coldWorkers,
    @Nullable Integer maxWorkers,
    @Nullable Double minLoad,
    @Nullable Double minColdLoad,
    @Nullable Double targetUtil,
    @Nullable Double coldMult,
    @Nullable Duration maxQueueTime,
    @Nullable Duration targetQueueTime,
    @Nullable Duration inactivityTimeout) {

  private static final Autoscaling DEFAULTS =
      new Autoscaling(null, null, null, null, null, null, null, null, null);

  /** {@return the service's own defaults: every value is null} */
  public static Autoscaling defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the least number of workers, active and cold together.
   *
   * @param count 0 or more; the service's default is 5
   * @return a changed copy
   * @throws InvalidDeploymentException when negative
   */
  public Autoscaling coldWorkers(int count) {
    check(count >= 0, "coldWorkers", count, "Give 0 or more");
    return merge(new Autoscaling(count, null, null, null, null, null, null, null, null));
  }

  /**
   * Sets the greatest number of workers, active and cold together.
   *
   * @param count 1 or more; the service's default is 16
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1
   */
  public Autoscaling maxWorkers(int count) {
    check(count >= 1, "maxWorkers", count, "Give 1 or more");
    return merge(new Autoscaling(null, count, null, null, null, null, null, null, null));
  }

  /**
   * Sets the load per second that active workers are kept for, even when idle.
   *
   * @param load workload per second, 0 or more and finite; the service's default is 1, one active
   *     worker
   * @return a changed copy
   * @throws InvalidDeploymentException when negative or not finite
   */
  public Autoscaling minLoad(double load) {
    check(load >= 0 && Double.isFinite(load), "minLoad", load, "Give 0 or more");
    return merge(new Autoscaling(null, null, load, null, null, null, null, null, null));
  }

  /**
   * Sets the load per second that active and cold workers together are kept for.
   *
   * @param load workload per second, 0 or more and finite; the service's default is 0
   * @return a changed copy
   * @throws InvalidDeploymentException when negative or not finite
   */
  public Autoscaling minColdLoad(double load) {
    check(load >= 0 && Double.isFinite(load), "minColdLoad", load, "Give 0 or more");
    return merge(new Autoscaling(null, null, null, load, null, null, null, null, null));
  }

  /**
   * Sets the share of active capacity that the expected load should use; the rest is headroom for
   * bursts.
   *
   * @param ratio above 0, at most 1; the service's default is 0.9
   * @return a changed copy
   * @throws InvalidDeploymentException when out of bounds
   */
  public Autoscaling targetUtil(double ratio) {
    check(ratio > 0 && ratio <= 1, "targetUtil", ratio, "Give a ratio above 0 and at most 1");
    return merge(new Autoscaling(null, null, null, null, ratio, null, null, null, null));
  }

  /**
   * Sets the capacity of active and cold workers together, as a multiple of the active load.
   *
   * @param factor 1 or more and finite; the service's default is 3
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1 or not finite
   */
  public Autoscaling coldMult(double factor) {
    check(factor >= 1 && Double.isFinite(factor), "coldMult", factor, "Give 1 or more");
    return merge(new Autoscaling(null, null, null, null, null, factor, null, null, null));
  }

  /**
   * Sets the expected wait on a worker above which the engine sends a worker no more calls.
   *
   * @param time above 0; by default the service chooses
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public Autoscaling maxQueueTime(Duration time) {
    check(isPositive(time), "maxQueueTime", time, "Give a duration above 0");
    return merge(new Autoscaling(null, null, null, null, null, null, time, null, null));
  }

  /**
   * Sets the wait above which the engine adds workers.
   *
   * @param time above 0; by default the service chooses
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public Autoscaling targetQueueTime(Duration time) {
    check(isPositive(time), "targetQueueTime", time, "Give a duration above 0");
    return merge(new Autoscaling(null, null, null, null, null, null, null, time, null));
  }

  /**
   * Sets how long the deployment must be idle before it may scale to zero. {@link #minLoad} and
   * {@link #coldWorkers} still hold.
   *
   * @param time in whole seconds; zero ignores idleness, a negative time never scales to zero. By
   *     default the service applies no time-out.
   * @return a changed copy
   */
  public Autoscaling inactivityTimeout(Duration time) {
    return merge(new Autoscaling(null, null, null, null, null, null, null, null, time));
  }

  /** Returns these values, overridden by those that the other sets. */
  Autoscaling merge(Autoscaling other) {
    return new Autoscaling(
        either(other.coldWorkers, coldWorkers),
        either(other.maxWorkers, maxWorkers),
        either(other.minLoad, minLoad),
        either(other.minColdLoad, minColdLoad),
        either(other.targetUtil, targetUtil),
        either(other.coldMult, coldMult),
        either(other.maxQueueTime, maxQueueTime),
        either(other.targetQueueTime, targetQueueTime),
        either(other.inactivityTimeout, inactivityTimeout));
  }

  private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
    return first == null ? second : first;
  }

  private static boolean isPositive(Duration time) {
    return !time.isZero() && !time.isNegative();
  }

  private static void check(boolean valid, String setting, Object found, String fix) {
    if (!valid) {
      throw new InvalidDeploymentException("Autoscaling." + setting, "it is " + found, fix, null);
    }
  }
}
