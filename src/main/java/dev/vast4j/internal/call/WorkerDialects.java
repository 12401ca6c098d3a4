package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Response;

/**
 * The dialect of each worker of one deployment: what its last answer announced; before the first,
 * what the deployment's flag did. Thread-safe.
 */
final class WorkerDialects {
  /** Above this many workers, those that come and go are forgotten. */
  private static final int MOST = 4_096;

  private static final int MALFORMED = 422;

  private final Dialect deployment;
  private final Map<String, Dialect> workers = new ConcurrentHashMap<>();
  private volatile Dialect latest;

  WorkerDialects(Dialect deployment) {
    this.deployment = deployment;
    this.latest = deployment;
  }

  /** Returns the dialect that the next call most likely needs. */
  Dialect likely() {
    return latest;
  }

  /** Returns the dialect of a worker. */
  Dialect of(Route route) {
    return workers.getOrDefault(route.worker(), deployment);
  }

  /**
   * Takes note of what an answer announces. Where a proxy drops the header, a worker counts as an
   * old one.
   */
  void answered(Route route, Response response) {
    String announced = response.header(WireVersion.HEADER);
    boolean fromWorker =
        announced != null || response.isSuccessful() || response.code() == MALFORMED;
    if (deployment == Dialect.PYTHON || !fromWorker) {
      return;
    }
    Dialect dialect = WireVersion.ofWorker(announced);
    latest = dialect;
    String worker = route.worker();
    if (workers.get(worker) != dialect) {
      if (workers.size() >= MOST) {
        workers.clear();
      }
      workers.put(worker, dialect);
    }
  }
}
