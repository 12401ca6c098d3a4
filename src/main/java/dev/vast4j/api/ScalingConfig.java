package dev.vast4j.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint grows and shrinks. A null value is left out of the request, so that the service's
 * own default or the present value holds. Immutable.
 *
 * @param coldWorkers workers kept stopped but loaded while there is no load
 * @param maxWorkers most workers at once
 * @param minLoad least load to hold capacity for, in workload per second
 * @param minColdLoad as {@code minLoad}, met by cold workers too, in workload per second
 * @param targetUtil wanted utilisation of the capacity, above 0 and up to 1
 * @param coldMult capacity of the cold workers as a multiple of the hot ones'
 * @param maxQueueTime expected wait above which a worker counts as full
 * @param targetQueueTime expected wait to aim at
 * @param inactivityTimeout time without a request after which the endpoint may scale to zero
 */
public record ScalingConfig(
    @Nullable Integer coldWorkers,
    @Nullable Integer maxWorkers,
    @Nullable Double minLoad,
    @Nullable Double minColdLoad,
    @Nullable Double targetUtil,
    @Nullable Double coldMult,
    @Nullable Duration maxQueueTime,
    @Nullable Duration targetQueueTime,
    @Nullable Duration inactivityTimeout) {

  /** Leaves every value to the service. */
  public static final ScalingConfig UNSET =
      new ScalingConfig(null, null, null, null, null, null, null, null, null);
}
