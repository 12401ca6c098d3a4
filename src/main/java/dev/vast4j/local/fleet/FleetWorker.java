package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the engine knows about one worker. Guarded by the engine's lock. */
final class FleetWorker {
  /** A routed request that never reached the worker counts for this long. */
  private static final double UNSEEN_SECONDS = 10;

  /** What happens when the worker's process ends. */
  enum Intent {
    SERVE,
    STOP,
    DESTROY,
    RESTART,
    UPDATE
  }

  /** Why a worker boots, which decides the names of its states meanwhile. */
  enum Reason {
    FIRST(WorkerStatus.PENDING),
    START(WorkerStatus.STARTING),
    REBOOT(WorkerStatus.REBOOTING),
    UPDATE(WorkerStatus.UPDATE_REBOOTING);

    private final WorkerStatus begun;

    Reason(WorkerStatus begun) {
      this.begun = begun;
    }

    private WorkerStatus at(WorkerHost.Stage stage) {
      boolean running = stage == WorkerHost.Stage.RUNNING;
      return switch (this) {
        case FIRST ->
            switch (stage) {
              case UNPACKING -> WorkerStatus.CREATING;
              case UNPACKED -> WorkerStatus.CREATED;
              case FETCHING -> WorkerStatus.LOADING;
              case RUNNING -> WorkerStatus.MODEL_LOADING;
            };
        case UPDATE -> running ? WorkerStatus.UPDATE_STARTING : begun;
        case START, REBOOT -> begun;
      };
    }
  }

  /** A request that was routed here and has not been reported as finished. */
  private static final class Routed {
    final double cost;
    final double at;
    boolean seen;

    Routed(double cost, double at) {
      this.cost = cost;
      this.at = at;
    }
  }

  private final long id;
  private final double startedAt;
  private final Map<Long, Routed> routed = new LinkedHashMap<>();

  private Market.@Nullable Offer offer;
  private WorkerStatus status = WorkerStatus.PENDING;
  private Intent intent = Intent.SERVE;
  private Reason reason = Reason.FIRST;
  private long incarnation;
  private @Nullable Version version;
  private String mtoken = "";
  private String instanceKey = "";
  private @Nullable String url;

  /** What the worker says that it serves, or null: Python workers don't say it. */
  private @Nullable String identity;

  private @Nullable String error;
  private boolean process;
  private boolean draining;
  private boolean ready;
  private int failures;
  private double bootedAt;
  private double readyAt;
  private double loadedAt;
  private double reportedAt;
  private double retryAt = Double.POSITIVE_INFINITY;
  private double drainingSince;
  private long reqnum;

  private double perf;
  private double curPerf;
  private double reportedLoad;
  private double newLoad;
  private double loadAverage;
  private double diskUsage;
  private int working;
  private boolean tellsOfCalls;

  FleetWorker(long id, double now) {
    this.id = id;
    this.startedAt = now;
  }

  // -- boot and end ---------------------------------------------------------------------------

  /** Starts a new boot of this worker with a version. */
  void boot(Version version, Reason reason, String mtoken, String instanceKey, double now) {
    this.version = version;
    this.reason = reason;
    this.status = reason.begun;
    this.mtoken = mtoken;
    this.instanceKey = instanceKey;
    this.intent = Intent.SERVE;
    this.incarnation++;
    this.process = true;
    this.draining = false;
    this.ready = false;
    this.url = null;
    this.identity = null;
    this.bootedAt = now;
    this.reportedAt = now;
    this.retryAt = Double.POSITIVE_INFINITY;
    this.reportedLoad = 0;
    this.working = 0;
    this.reqnum = 0;
    this.tellsOfCalls = false;
    routed.clear();
  }

  /** Records how far the boot is, unless the worker is to end again. */
  void reached(WorkerHost.Stage stage) {
    if (intent == Intent.SERVE) {
      status = reason.at(stage);
    }
  }

  void becameReady(double now, double elapsed) {
    ready = true;
    status = WorkerStatus.IDLE;
    readyAt = elapsed;
    loadedAt = now;
    error = null;
  }

  /** Records that the worker has no process. */
  void ended() {
    process = false;
    ready = false;
    draining = false;
    url = null;
    identity = null;
    working = 0;
    reportedLoad = 0;
    routed.clear();
  }

  void failed(String message, double retryAt) {
    this.error = message;
    this.status = WorkerStatus.ERROR;
    this.ready = false;
    this.retryAt = retryAt;
  }

  /** Records that no machine matches; retries only with another version. */
  void unmatched(Version version, String why) {
    this.version = version;
    this.error = why;
    this.status = WorkerStatus.ERROR;
    this.intent = Intent.SERVE;
    this.ready = false;
    this.retryAt = Double.POSITIVE_INFINITY;
  }

  int countFailure() {
    return ++failures;
  }

  void forgetFailures() {
    failures = 0;
  }

  void stopped() {
    status = WorkerStatus.STOPPED;
    intent = Intent.SERVE;
  }

  void leave(Intent intent, WorkerStatus status, double now) {
    this.intent = intent;
    this.status = status;
    if (!draining) {
      this.draining = true;
      this.drainingSince = now;
    }
  }

  /** Records that the process was told to end, without waiting for its requests. */
  void ending(Intent intent, WorkerStatus status) {
    this.intent = intent;
    this.status = status;
    this.draining = false;
    this.ready = false;
  }

  void stay() {
    intent = Intent.SERVE;
    draining = false;
    status = WorkerStatus.IDLE;
  }

  // -- requests -------------------------------------------------------------------------------

  long route(long requestIdx, double cost, double now) {
    routed.put(requestIdx, new Routed(cost, now));
    return ++reqnum;
  }

  void finished(long requestIdx) {
    routed.remove(requestIdx);
  }

  /** Takes a status report. */
  void report(ObjectNode report, double now) {
    reportedAt = now;
    double score = ServiceJson.number(report, "max_perf", 0);
    if (score > 0) {
      perf = score;
    }
    curPerf = ServiceJson.number(report, "cur_perf", 0);
    reportedLoad = ServiceJson.number(report, "cur_load", 0);
    newLoad = ServiceJson.number(report, "new_load", 0);
    loadAverage += (reportedLoad - loadAverage) * 0.2;
    // Reports cover the whole file system, where others may delete more than was added.
    diskUsage = Math.max(diskUsage + ServiceJson.number(report, "additional_disk_usage", 0), 0);
    working = (int) ServiceJson.number(report, "num_requests_working", 0);
    String reportedUrl = ServiceJson.text(report, "url");
    if (reportedUrl != null && !reportedUrl.isEmpty()) {
      url = reportedUrl;
    }
    String served = report.path("vast4j").path("version").textValue();
    if (served != null) {
      identity = served;
    }
    Set<Long> atWork = new HashSet<>();
    for (JsonNode idx : report.path("working_request_idxs")) {
      atWork.add(idx.asLong());
    }
    for (Iterator<Map.Entry<Long, Routed>> it = routed.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<Long, Routed> request = it.next();
      if (atWork.contains(request.getKey())) {
        request.getValue().seen = true;
      } else if (request.getValue().seen) {
        it.remove();
      }
    }
  }

  /** Drops routed requests whose client never called. */
  void forgetUnseen(double now) {
    routed.values().removeIf(request -> !request.seen && now - request.at > UNSEEN_SECONDS);
  }

  /** {@return the load that the worker reports, plus what was routed to it since} */
  double load() {
    double load = reportedLoad;
    for (Routed request : routed.values()) {
      if (!request.seen) {
        load += request.cost;
      }
    }
    return load;
  }

  /** {@return the seconds that a load takes at the measured rate} */
  double secondsFor(double load) {
    return load / Math.max(perf, 1e-5);
  }

  boolean hasWork() {
    return working > 0 || !routed.isEmpty();
  }

  int requests() {
    return Math.max(working, routed.size());
  }

  // -- views ----------------------------------------------------------------------------------

  Scaling.Phase phase() {
    if (intent == Intent.DESTROY) {
      return Scaling.Phase.ENDING;
    }
    if (intent == Intent.STOP) {
      return draining ? Scaling.Phase.LEAVING : Scaling.Phase.STOPPING;
    }
    if (intent == Intent.UPDATE) {
      return Scaling.Phase.COMING;
    }
    return switch (status) {
      case IDLE -> Scaling.Phase.READY;
      case STOPPED -> Scaling.Phase.INACTIVE;
      case ERROR -> Scaling.Phase.FAILED;
      default -> Scaling.Phase.COMING;
    };
  }

  ObjectNode toJson() {
    ObjectNode json = ServiceJson.object();
    json.put("id", id)
        .put("status", status.wireName())
        .put("cur_load", load())
        .put("new_load", newLoad)
        .put("cur_load_rolling_avg", loadAverage)
        .put("cur_perf", curPerf)
        .put("perf", perf)
        .put("measured_perf", perf)
        .put("dlperf", offer == null ? 0 : offer.number("dlperf"))
        .put("reliability", offer == null ? 0 : offer.number("reliability"))
        .put("reqs_working", working)
        .put("disk_usage", diskUsage)
        .put("loaded_at", loadedAt)
        .put("started_at", startedAt);
    if (url != null) {
      json.put("url", url);
    }
    if (version != null) {
      json.put("version_id", version.id());
    }
    if (identity != null) {
      json.put("version", identity);
    }
    if (error != null) {
      json.put("error_msg", error);
    }
    if (offer != null) {
      json.put("gpu_name", offer.gpuName());
    }
    return json;
  }

  long id() {
    return id;
  }

  WorkerStatus status() {
    return status;
  }

  Intent intent() {
    return intent;
  }

  long incarnation() {
    return incarnation;
  }

  @Nullable Version version() {
    return version;
  }

  /** {@return the id of its version, or 0 before its first} */
  long versionId() {
    return version == null ? 0 : version.id();
  }

  /** Records that this worker's reports tell of each call. */
  void tellsOfCalls() {
    tellsOfCalls = true;
  }

  boolean isTellingOfCalls() {
    return tellsOfCalls;
  }

  String mtoken() {
    return mtoken;
  }

  String instanceKey() {
    return instanceKey;
  }

  @Nullable String url() {
    return url;
  }

  @Nullable String error() {
    return error;
  }

  boolean hasProcess() {
    return process;
  }

  boolean draining() {
    return draining;
  }

  double drainingSince() {
    return drainingSince;
  }

  boolean ready() {
    return ready;
  }

  double bootedAt() {
    return bootedAt;
  }

  double readyAt() {
    return readyAt;
  }

  double reportedAt() {
    return reportedAt;
  }

  double retryAt() {
    return retryAt;
  }

  double perf() {
    return perf;
  }

  double newLoad() {
    return newLoad;
  }

  Market.@Nullable Offer offer() {
    return offer;
  }

  void rented(Market.Offer offer) {
    this.offer = offer;
  }
}
