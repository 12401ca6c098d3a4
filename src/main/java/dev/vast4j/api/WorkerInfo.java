package dev.vast4j.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the engine lists it. A number that an answer leaves out is 0, a time null. Workload
 * is in the unit of the deployment's own calculators (100 per call by default). Immutable.
 *
 * @param id the worker's id
 * @param status its state in the engine's own word
 * @param curLoad workload in work
 * @param newLoad workload received since the last report
 * @param curLoadRollingAvg rolling average of {@code curLoad}
 * @param curPerf workload per second served of late
 * @param perf workload per second the engine reckons with
 * @param measuredPerf workload per second of the benchmark
 * @param dlperf the machine's general deep-learning score
 * @param reliability the machine's reliability, from 0 to 1
 * @param reqsWorking requests in work
 * @param diskUsage disk space used, in GB
 * @param loadedAt when it became ready
 * @param startedAt when it was started
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
    @Nullable Instant startedAt) {

  /**
   * The worker's state.
   *
   * @return the state; {@link WorkerState#UNKNOWN} for a word that this library does not know
   */
  public WorkerState state() {
    return WorkerState.of(status);
  }

  /**
   * Whether the worker takes calls.
   *
   * @return true for {@link WorkerState#IDLE}
   */
  public boolean ready() {
    return state() == WorkerState.IDLE;
  }
}
