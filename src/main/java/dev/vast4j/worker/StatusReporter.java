package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.vast4j.launcher.EngineHttp;
import dev.vast4j.launcher.ErrorBeacon;
import dev.vast4j.launcher.UserAgent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reports to the engine: the status every second if something changed, otherwise every ten seconds,
 * and the finished requests every second if there are any. Each has its own thread, so that neither
 * waits for the other's retries. Thread-safe.
 */
final class StatusReporter implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);

  /** For embedded engines, which show each call while it runs. */
  private static final Duration OWN_TICK = Duration.ofMillis(200);

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int TRIES = 3;
  private static final double GIB = 1L << 30;

  /** Accepts status reports, but no finished requests. */
  private static final String NO_FINISHED_HERE = "https://cloud.vast.ai/api/v0";

  private static final JsonFactory JSON = new JsonFactory();

  private final WorkerConfig config;
  private final String url;
  private final ServedVersion version;
  private final LoadMetrics metrics;
  private final MemoryReserve memory;
  private final EngineHttp http;
  private final OwnEngines engines;
  private final ConsoleLog log;
  private final long startedAt = System.nanoTime();
  private final Thread statusThread;
  private final Thread finishedThread;

  // Guarded by this.
  private boolean closed;
  private boolean urgent;

  // Used by the status thread, and after its end by close().
  private long lastStatus;
  private boolean everReported;
  private double lastDiskUsage = Double.NaN;

  private volatile double loadSeconds;
  private volatile boolean loaded;

  StatusReporter(
      WorkerConfig config,
      String url,
      ServedVersion version,
      LoadMetrics metrics,
      EngineHttp http,
      OwnEngines engines,
      MemoryReserve memory,
      ConsoleLog log) {
    this.memory = memory;
    this.config = config;
    this.url = url;
    this.version = version;
    this.metrics = metrics;
    this.http = http;
    this.engines = engines;
    this.log = log;
    this.statusThread = thread("vast4j-status", this::statusLoop);
    this.finishedThread = thread("vast4j-finished", this::finishedLoop);
  }

  void start() {
    lastDiskUsage = diskUsage();
    statusThread.start();
    finishedThread.start();
  }

  /** Reports at once that the worker is ready. */
  void ready(double score) {
    loadSeconds = (System.nanoTime() - startedAt) / 1e9;
    loaded = true;
    metrics.measured(score);
    hurry();
  }

  /** Reports, at once and from then on, that the worker cannot serve. */
  void errored(String message) {
    metrics.errored(message);
    loaded = true;
    hurry();
  }

  /** Reports at once that the error is over. */
  void recovered() {
    metrics.errored(null);
    hurry();
  }

  /**
   * Stops both threads, then reports a last time, trying each address once. Blocks until the engine
   * answers.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    statusThread.interrupt();
    finishedThread.interrupt();
    if (join(statusThread) && join(finishedThread)) {
      sendFinished(1);
      sendStatus(1);
    }
  }

  private void statusLoop() {
    while (pause(metrics.recordsCalls() ? OWN_TICK : TICK, true)) {
      try {
        Duration since = Duration.ofNanos(System.nanoTime() - lastStatus);
        boolean due =
            !everReported
                || (loaded ? since.compareTo(REFRESH) > 0 : !since.minus(REFRESH).isNegative());
        if (takeUrgent() || metrics.changed() || metrics.callsChanged() || due) {
          sendStatus(TRIES);
        }
      } catch (RuntimeException | Error e) {
        // Without reports the engine takes the worker for dead.
        metrics.notReported();
        survived(e);
      }
    }
  }

  private void finishedLoop() {
    while (pause(TICK, false)) {
      try {
        sendFinished(TRIES);
      } catch (RuntimeException | Error e) {
        survived(e);
      }
    }
  }

  private void survived(Throwable e) {
    memory.check(e);
    try {
      log.error("could not report to the engine; the next report follows", e);
    } catch (OutOfMemoryError again) {
      memory.check(again);
    }
  }

  private void sendStatus(int tries) {
    double disk = diskUsage();
    double additional = Double.isNaN(lastDiskUsage) ? 0 : disk - lastDiskUsage;
    lastDiskUsage = disk;
    LoadMetrics.Snapshot snapshot = metrics.snapshot();
    for (String address : config.reportAddresses()) {
      boolean own = engines.include(address);
      if (own) {
        metrics.recordCalls();
      }
      List<CallJournal.Entry> calls = own ? metrics.takeCalls() : List.of();
      byte[] body = json(out -> writeStatus(out, snapshot, additional, own, calls));
      if (post(address, "/worker_status/", body, tries)) {
        metrics.reported(snapshot);
        lastStatus = System.nanoTime();
        everReported = true;
        return;
      }
      metrics.callsNotReported(calls);
    }
    metrics.notReported();
  }

  private void sendFinished(int tries) {
    List<RequestRecord> finished = metrics.finished();
    if (finished.isEmpty()) {
      return;
    }
    byte[] body = json(out -> writeFinished(out, finished));
    for (String address : config.reportAddresses()) {
      if (address.equals(NO_FINISHED_HERE)) {
        continue;
      }
      if (post(address, "/delete_requests/", body, tries)) {
        metrics.finishedReported(finished);
        return;
      }
    }
  }

  private boolean post(String address, String path, byte[] body, int tries) {
    for (int attempt = 1; attempt <= tries; attempt++) {
      try {
        EngineHttp.Answer answer = http.postJson(address + path, body);
        engines.answered(address, answer);
        // As in the reference, only client and server errors are failures.
        if (answer.status() < 400) {
          return true;
        }
        log.debug(address + path + " answered " + answer.status() + ", try " + attempt);
      } catch (IOException e) {
        log.debug(address + path + " failed: " + e.getMessage() + ", try " + attempt);
      }
      if (tries > 1 && !pause(RETRY_AFTER, false)) {
        return false;
      }
    }
    return false;
  }

  private void writeStatus(
      JsonGenerator out,
      LoadMetrics.Snapshot load,
      double additionalDisk,
      boolean ownEngine,
      List<CallJournal.Entry> calls)
      throws IOException {
    out.writeStartObject();
    out.writeNumberField("id", config.id());
    out.writeStringField("mtoken", config.masterToken());
    out.writeStringField("version", ErrorBeacon.PROTOCOL_VERSION);
    out.writeNumberField("loadtime", loadSeconds);
    out.writeNumberField("cur_load", load.load());
    out.writeNumberField("rej_load", load.rejected());
    out.writeNumberField("new_load", Math.max(load.accepted() - load.cancelled(), 0));
    out.writeStringField("error_msg", load.errorMessage());
    out.writeNumberField("max_perf", load.score());
    out.writeNumberField("cur_perf", load.served());
    out.writeNumberField("cur_capacity", 0);
    out.writeNumberField("max_capacity", 0);
    out.writeNumberField("num_requests_working", load.workingIndices().size());
    out.writeNumberField("num_requests_recieved", load.received());
    out.writeNumberField("additional_disk_usage", additionalDisk);
    out.writeArrayFieldStart("working_request_idxs");
    for (long index : load.workingIndices()) {
      out.writeNumber(index);
    }
    out.writeEndArray();
    out.writeStringField("url", url);
    if (ownEngine) {
      writeForOwnEngine(out, calls);
    }
    out.writeEndObject();
  }

  /** Writes what only the embedded engine may be told: the service takes no further fields. */
  private void writeForOwnEngine(JsonGenerator out, List<CallJournal.Entry> calls)
      throws IOException {
    out.writeObjectFieldStart("vast4j");
    out.writeStringField("library", UserAgent.name());
    out.writeStringField("version", version.identity());
    out.writeArrayFieldStart("calls");
    for (CallJournal.Entry call : calls) {
      writeCall(out, call);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void writeCall(JsonGenerator out, CallJournal.Entry call) throws IOException {
    CallTrace trace = call.record().trace;
    out.writeStartObject();
    out.writeNumberField("n", call.number());
    out.writeNumberField("idx", call.record().requestIdx);
    out.writeStringField("state", call.state().word);
    out.writeStringField("function", call.record().isSession ? "(session)" : trace.function);
    if (trace.session != 0) {
      out.writeNumberField("session", trace.session);
    }
    out.writeNumberField("queued_at", call.enteredQueueAt());
    out.writeNumberField("started_at", call.workStartedAt());
    out.writeNumberField("ended_at", call.endedAt());
    if (trace.batch > 1) {
      out.writeNumberField("batch", trace.batch);
    }
    if (trace.bytesIn >= 0) {
      out.writeNumberField("in", trace.bytesIn);
    }
    if (trace.bytesOut >= 0) {
      out.writeNumberField("out", trace.bytesOut);
    }
    CallTrace.Failure failure = call.failure();
    if (failure != null) {
      out.writeStringField("error", failure.errorClass());
      out.writeStringField("message", failure.message());
      if (call.withTrace()) {
        out.writeStringField("trace", failure.stackTrace());
      }
    } else if (call.state() == CallTrace.State.REJECTED) {
      out.writeStringField("message", trace.refusal);
    }
    out.writeEndObject();
  }

  private void writeFinished(JsonGenerator out, List<RequestRecord> finished) throws IOException {
    out.writeStartObject();
    out.writeNumberField("worker_id", config.id());
    out.writeStringField("mtoken", config.masterToken());
    out.writeArrayFieldStart("requests");
    for (RequestRecord request : finished) {
      out.writeStartObject();
      out.writeNumberField("request_idx", request.requestIdx);
      out.writeBooleanField("success", request.success);
      out.writeStringField("status", request.status.word);
      out.writeNumberField("entered_queue_at", request.enteredQueueAt);
      out.writeNumberField("work_started_at", request.workStartedAt);
      out.writeNumberField("work_completed_at", request.workCompletedAt);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  @FunctionalInterface
  private interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  private static byte[] json(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a report", e);
    }
    return bytes.toByteArray();
  }

  /** {@return the used space of the root directory's file system, in GiB} */
  private double diskUsage() {
    try {
      FileStore store = Files.getFileStore(Path.of("/"));
      return (store.getTotalSpace() - store.getUnallocatedSpace()) / GIB;
    } catch (IOException e) {
      log.debug("cannot read the disk usage: " + e.getMessage());
      return lastDiskUsage;
    }
  }

  private synchronized void hurry() {
    urgent = true;
    notifyAll();
  }

  private synchronized boolean takeUrgent() {
    boolean was = urgent;
    urgent = false;
    return was;
  }

  /** Waits; returns false if the reporter is closed. */
  private synchronized boolean pause(Duration time, boolean untilUrgent) {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      long left = time.toNanos();
      while (!closed && left > 0 && !(untilUrgent && urgent)) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
      return !closed;
    } catch (InterruptedException e) {
      // Only close() interrupts these threads.
      return false;
    }
  }

  private static boolean join(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(12));
      return !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }
}
