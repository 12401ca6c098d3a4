package dev.vast4j.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker, as the engine reports it; missing numbers are 0, missing times and texts null. Workload
 * is in the unit of the deployment's own calculators (100 per call by default). Immutable.
 *
 * @param id the worker's id
 * @param status its state, as the engine names it
 * @param curLoad workload in progress
 * @param newLoad workload received since the last report
 * @param curLoadRollingAvg rolling average of {@code curLoad}
 * @param curPerf workload per second served recently
 * @param perf workload per second that the engine assumes
 * @param measuredPerf workload per second in the benchmark
 * @param dlperf the machine's general deep-learning score
 * @param reliability the machine's reliability, from 0 to 1
 * @param reqsWorking requests in progress
 * @param diskUsage disk space used, in GB
 * @param loadedAt when it became ready
 * @param startedAt when it was started
 * @param errorMsg the last error that it reported, or null
 * @param versionId id of the version that it boots or runs, as {@link VersionInfo#id()}; null when
 *     the engine doesn't tell, as the service's
 * @param version the version that it says it serves: the first 12 digits of the bundle's content
 *     hash, then a digest of what a hard update changes. Null when the engine doesn't tell, before
 *     the worker's first report, and for Python workers
 */
public record WorkerInfo(
    long id,
    String status,
    double curLoad,
    double newLoad,
    double curLoadRollingAvg,
    double curPerf,
    double perf,
    double measuredPerf,
    double dlperf,
    double reliability,
    int reqsWorking,
    double diskUsage,
    @Nullable Instant loadedAt,
    @Nullable Instant startedAt,
    @Nullable String errorMsg,
    @Nullable Long versionId,
    @Nullable String version) {

  /** {@return the state; {@link WorkerState#UNKNOWN} if this library does not know it} */
  public WorkerState state() {
    return WorkerState.of(status);
  }

  /** {@return whether the worker takes calls: true for {@link WorkerState#IDLE}} */
  public boolean ready() {
    return state() == WorkerState.IDLE;
  }
}
