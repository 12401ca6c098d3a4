package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the engine scales a deployment's workers. A value that is not set is left to the service; its
 * documented default is named with each. Immutable: every method returns a changed copy.
 *
 * <p><i>Load</i> is the workload of calls per second ({@link Remote#workload}, 100 a call when not
 * said), in the unit a worker's benchmark measures. <i>Active</i> workers are running, <i>cold</i>
 * ones are kept stopped but loaded.
 */
public final class Autoscaling {
  private enum Setting {
    COLD_WORKERS,
    MAX_WORKERS,
    MIN_LOAD,
    MIN_COLD_LOAD,
    TARGET_UTIL,
    COLD_MULT,
    MAX_QUEUE_TIME,
    TARGET_QUEUE_TIME,
    INACTIVITY_TIMEOUT
  }

  private static final Autoscaling DEFAULTS = new Autoscaling(new EnumMap<>(Setting.class));

  /** Only what is set; never changed once it is here. */
  private final Map<Setting, Object> values;

  private Autoscaling(Map<Setting, Object> values) {
    this.values = values;
  }

  /**
   * Nothing set: the service's own defaults.
   *
   * @return the value to start from
   */
  public static Autoscaling defaults() {
    return DEFAULTS;
  }

  /**
   * How many workers, active and cold together, are kept at least.
   *
   * @param count 0 or more; the service's default is 5
   * @return a changed copy
   * @throws InvalidDeploymentException when negative
   */
  public Autoscaling coldWorkers(int count) {
    check(count >= 0, "coldWorkers", count, "Give 0 or more");
    return with(Setting.COLD_WORKERS, count);
  }

  /**
   * How many workers, active and cold together, there may be at most.
   *
   * @param count 1 or more; the service's default is 16
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1
   */
  public Autoscaling maxWorkers(int count) {
    check(count >= 1, "maxWorkers", count, "Give 1 or more");
    return with(Setting.MAX_WORKERS, count);
  }

  /**
   * The load per second that active workers are kept for even when idle.
   *
   * @param load workload per second, 0 or more and finite; the service's default is 1, one active
   *     worker
   * @return a changed copy
   * @throws InvalidDeploymentException when negative or not finite
   */
  public Autoscaling minLoad(double load) {
    check(load >= 0 && Double.isFinite(load), "minLoad", load, "Give 0 or more");
    return with(Setting.MIN_LOAD, load);
  }

  /**
   * The load per second that active and cold workers together are kept for.
   *
   * @param load workload per second, 0 or more and finite; the service's default is 0
   * @return a changed copy
   * @throws InvalidDeploymentException when negative or not finite
   */
  public Autoscaling minColdLoad(double load) {
    check(load >= 0 && Double.isFinite(load), "minColdLoad", load, "Give 0 or more");
    return with(Setting.MIN_COLD_LOAD, load);
  }

  /**
   * The share of active capacity that the expected load should use; the rest is head-room for
   * bursts.
   *
   * @param ratio above 0, at most 1; the service's default is 0.9
   * @return a changed copy
   * @throws InvalidDeploymentException when out of bounds
   */
  public Autoscaling targetUtil(double ratio) {
    check(ratio > 0 && ratio <= 1, "targetUtil", ratio, "Give a ratio above 0 and at most 1");
    return with(Setting.TARGET_UTIL, ratio);
  }

  /**
   * The capacity of active and cold workers together, as a multiple of the active load.
   *
   * @param factor 1 or more and finite; the service's default is 3
   * @return a changed copy
   * @throws InvalidDeploymentException when below 1 or not finite
   */
  public Autoscaling coldMult(double factor) {
    check(factor >= 1 && Double.isFinite(factor), "coldMult", factor, "Give 1 or more");
    return with(Setting.COLD_MULT, factor);
  }

  /**
   * How much expected waiting time may build up on one worker before the engine keeps further calls
   * in its own queue.
   *
   * @param time above 0; the service has a default of its own
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public Autoscaling maxQueueTime(Duration time) {
    check(isPositive(time), "maxQueueTime", time, "Give a duration above 0");
    return with(Setting.MAX_QUEUE_TIME, time);
  }

  /**
   * The waiting time above which the engine adds workers.
   *
   * @param time above 0; the service has a default of its own
   * @return a changed copy
   * @throws InvalidDeploymentException when not positive
   */
  public Autoscaling targetQueueTime(Duration time) {
    check(isPositive(time), "targetQueueTime", time, "Give a duration above 0");
    return with(Setting.TARGET_QUEUE_TIME, time);
  }

  /**
   * How long the deployment must be idle before it may scale to zero, which {@link #minLoad} and
   * {@link #coldWorkers} still bound.
   *
   * @param time whole seconds count; zero: idleness plays no part; negative: never scale to zero.
   *     Not applied by the service when not set.
   * @return a changed copy
   */
  public Autoscaling inactivityTimeout(Duration time) {
    return with(Setting.INACTIVITY_TIMEOUT, time);
  }

  /** These values, with those that are set in the other put over them. */
  Autoscaling merge(Autoscaling other) {
    Map<Setting, Object> merged = new EnumMap<>(values);
    merged.putAll(other.values);
    return new Autoscaling(merged);
  }

  /**
   * How many workers are kept at least.
   *
   * @return the count, or null when left to the service
   */
  public @Nullable Integer coldWorkers() {
    return (Integer) values.get(Setting.COLD_WORKERS);
  }

  /**
   * How many workers there may be at most.
   *
   * @return the count, or null when left to the service
   */
  public @Nullable Integer maxWorkers() {
    return (Integer) values.get(Setting.MAX_WORKERS);
  }

  /**
   * The load that active workers are kept for.
   *
   * @return workload per second, or null when left to the service
   */
  public @Nullable Double minLoad() {
    return (Double) values.get(Setting.MIN_LOAD);
  }

  /**
   * The load that all workers are kept for.
   *
   * @return workload per second, or null when left to the service
   */
  public @Nullable Double minColdLoad() {
    return (Double) values.get(Setting.MIN_COLD_LOAD);
  }

  /**
   * The share of active capacity in use.
   *
   * @return the ratio, or null when left to the service
   */
  public @Nullable Double targetUtil() {
    return (Double) values.get(Setting.TARGET_UTIL);
  }

  /**
   * Capacity of all workers as a multiple of the active load.
   *
   * @return the factor, or null when left to the service
   */
  public @Nullable Double coldMult() {
    return (Double) values.get(Setting.COLD_MULT);
  }

  /**
   * Expected waiting time above which a worker counts as full.
   *
   * @return the time, or null when left to the service
   */
  public @Nullable Duration maxQueueTime() {
    return (Duration) values.get(Setting.MAX_QUEUE_TIME);
  }

  /**
   * Waiting time above which workers are added.
   *
   * @return the time, or null when left to the service
   */
  public @Nullable Duration targetQueueTime() {
    return (Duration) values.get(Setting.TARGET_QUEUE_TIME);
  }

  /**
   * Idle time before scaling to zero.
   *
   * @return the time, or null when not applied
   */
  public @Nullable Duration inactivityTimeout() {
    return (Duration) values.get(Setting.INACTIVITY_TIMEOUT);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Autoscaling that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "Autoscaling" + values;
  }

  private Autoscaling with(Setting setting, Object value) {
    Map<Setting, Object> changed = new EnumMap<>(values);
    changed.put(setting, value);
    return new Autoscaling(changed);
  }

  private static boolean isPositive(Duration time) {
    return !time.isZero() && !time.isNegative();
  }

  private static void check(boolean valid, String setting, Object found, String mend) {
    if (!valid) {
      throw new InvalidDeploymentException("Autoscaling." + setting, "it is " + found, mend, null);
    }
  }
}
