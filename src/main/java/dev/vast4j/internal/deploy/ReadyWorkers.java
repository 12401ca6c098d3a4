package dev.vast4j.internal.deploy;

import dev.vast4j.api.WorkerInfo;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which of the listed workers count as ready for {@code awaitWorkers}. For one thread. */
final class ReadyWorkers {
  private final CurrentVersion current;
  private final boolean afterUpdate;
  private boolean versionTold;
  private @Nullable String rolledBack;

  /**
   * Creates a filter.
   *
   * @param afterUpdate whether workers of the version before may be ready
   */
  ReadyWorkers(CurrentVersion current, boolean afterUpdate) {
    this.current = current;
    this.afterUpdate = afterUpdate;
  }

  /** Returns the ready ones; those of the current version where the engine tells versions. */
  List<WorkerInfo> of(List<WorkerInfo> all) {
    List<WorkerInfo> ready = all.stream().filter(WorkerInfo::ready).toList();
    versionTold = ready.stream().anyMatch(worker -> worker.versionId() != null);
    if (!versionTold) {
      return ready;
    }
    if (!current.isCurrent()) {
      rolledBack = current.rolledBack();
    }
    Long id = current.info().currentVersionId();
    return id == null
        ? ready
        : ready.stream().filter(worker -> Objects.equals(worker.versionId(), id)).toList();
  }

  /** Whether the workers returned last are known to run the current version. */
  boolean versionKnown() {
    return versionTold || !afterUpdate;
  }

  /** Returns why the version that this process deployed was rolled back, or null. */
  @Nullable String rolledBack() {
    return rolledBack;
  }
}
