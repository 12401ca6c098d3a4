package dev.vast4j.worker;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How loaded the worker is, counted as the reference worker counts it. Thread-safe; no method
 * blocks for longer than it takes to add up.
 */
final class LoadMetrics {
  /** Request numbers kept to count a repeated one once. */
  private static final int REMEMBERED = 1 << 16;

  /** Finished requests kept while no engine takes them. */
  static final int MAX_FINISHED = 100_000;

  /** Of those, how many may be refused ones: anybody who reaches the port can cause these. */
  static final int MAX_FINISHED_REFUSED = 20_000;

  private final Instant start;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final LinkedHashSet<RequestRecord> working = new LinkedHashSet<>();
  private final LinkedHashSet<Long> remembered = new LinkedHashSet<>();
  private final ArrayDeque<RequestRecord> finished = new ArrayDeque<>();
  private long received;
  private int finishedRefused;

  /** Workload of the calls in {@link #working}, without the sessions. */
  private double callsInWork;

  private double served;
  private double accepted;
  private double cancelled;
  private double rejected;
  private double score;
  private @Nullable String errorMessage;
  private boolean changed;

  /**
   * Counts from now on.
   *
   * @param start the time of day, asked for once: a machine's clock that is set meanwhile ends no
   *     session early and keeps none open
   * @param nanoTime as {@link System#nanoTime()}
   */
  LoadMetrics(Instant start, LongSupplier nanoTime) {
    this.start = start;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /**
   * Counts a call as in work, unless the calls in work are expected to take longer than it is
   * willing to wait: then counts it as rejected.
   *
   * @param maxQueueSeconds how long the call may be expected to wait
   * @return whether it is in work now
   */
  synchronized boolean start(RequestRecord request, double maxQueueSeconds) {
    if (callsInWork / Math.max(score, 0.00001) > maxQueueSeconds) {
      reject(request);
      return false;
    }
    start(request);
    return true;
  }

  /** Counts a call or a session as in work. */
  synchronized void start(RequestRecord request) {
    request.status = RequestRecord.Status.STARTED;
    accepted += request.workload;
    if (!request.inSession) {
      remember(request.reqnum);
      working.add(request);
      if (!request.isSession) {
        callsInWork += request.workload;
      }
    }
    changed = true;
  }

  /** Counts a call as refused, because of its signature or the queue. */
  synchronized void reject(RequestRecord request) {
    rejected += request.workload;
    request.status = RequestRecord.Status.REJECTED;
    request.success = false;
    if (!request.inSession) {
      remember(request.reqnum);
      finish(request);
    }
    changed = true;
  }

  /** Counts a request as answered and no longer in work. */
  synchronized void succeed(RequestRecord request) {
    request.workCompletedAt = now();
    request.status = RequestRecord.Status.SUCCESS;
    request.success = true;
    served += request.workload;
    changed = true;
    end(request);
  }

  /** Counts a request as failed outside its function and no longer in work. */
  synchronized void fail(RequestRecord request) {
    request.workCompletedAt = now();
    request.status = RequestRecord.Status.ERROR;
    request.success = false;
    changed = true;
    end(request);
  }

  /**
   * Counts a request as given up by its caller and no longer in work. By itself this is no reason
   * for a status report, as in the reference: the report of finished requests tells of it.
   */
  synchronized void cancel(RequestRecord request) {
    request.status = RequestRecord.Status.CANCELLED;
    request.success = true;
    cancelled += request.workload;
    end(request);
  }

  /** Notes when work on a request began. */
  synchronized void workStarted(RequestRecord request) {
    request.workStartedAt = now();
  }

  /** The worker measured itself. */
  synchronized void measured(double throughput) {
    score = throughput;
    changed = true;
  }

  /** The worker cannot serve; with null it can again. Counters start anew, as in the reference. */
  synchronized void errored(@Nullable String message) {
    errorMessage = message;
    served = 0;
    accepted = 0;
    cancelled = 0;
    rejected = 0;
    changed = true;
  }

  /** Seconds since 1970. */
  double now() {
    Instant instant = start.plusNanos(nanoTime.getAsLong() - startNanos);
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  synchronized int inWork() {
    return working.size();
  }

  /** Whether a report has something new to tell. */
  synchronized boolean changed() {
    return changed;
  }

  /** The state as of now; what changes from here on counts as changed since. */
  synchronized Snapshot snapshot() {
    changed = false;
    double load = 0;
    List<Long> indices = new ArrayList<>(working.size());
    for (RequestRecord request : working) {
      load += request.workload;
      indices.add(request.requestIdx);
    }
    return new Snapshot(
        load,
        rejected,
        accepted,
        cancelled,
        served,
        score,
        errorMessage == null ? "" : errorMessage,
        received,
        indices);
  }

  /** An engine took the report: what it told is not told again. */
  synchronized void reported(Snapshot snapshot) {
    served = Math.max(0, served - snapshot.served());
    accepted = Math.max(0, accepted - snapshot.accepted());
    cancelled = Math.max(0, cancelled - snapshot.cancelled());
    rejected = Math.max(0, rejected - snapshot.rejected());
  }

  /** No engine took the report: it is still to be told. */
  synchronized void notReported() {
    changed = true;
  }

  /** The requests that ended and were not reported yet, oldest first. */
  synchronized List<RequestRecord> finished() {
    return List.copyOf(finished);
  }

  /** An engine took these. */
  synchronized void finishedReported(List<RequestRecord> sent) {
    // They are the oldest, except for what made room for newer ones meanwhile.
    for (RequestRecord request : sent) {
      if (finished.peekFirst() == request) {
        forget(finished.removeFirst());
      } else if (finished.remove(request)) {
        forget(request);
      }
    }
  }

  private void end(RequestRecord request) {
    if (request.inSession) {
      return;
    }
    if (working.remove(request) && !request.isSession) {
      callsInWork -= request.workload;
    }
    if (working.isEmpty()) {
      // No rounding error outlives the requests it comes from.
      callsInWork = 0;
    }
    finish(request);
  }

  private void finish(RequestRecord request) {
    boolean refused = request.status == RequestRecord.Status.REJECTED;
    if (refused && finishedRefused >= MAX_FINISHED_REFUSED) {
      return;
    }
    if (finished.size() >= MAX_FINISHED) {
      forget(finished.removeFirst());
    }
    finished.addLast(request);
    if (refused) {
      finishedRefused++;
    }
  }

  private void forget(RequestRecord request) {
    if (request.status == RequestRecord.Status.REJECTED) {
      finishedRefused--;
    }
  }

  private void remember(long reqnum) {
    if (remembered.add(reqnum)) {
      received++;
      if (remembered.size() > REMEMBERED) {
        Iterator<Long> oldest = remembered.iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  /**
   * What a status report says about load.
   *
   * @param load workload in work
   * @param rejected workload refused since the last report
   * @param accepted workload accepted since the last report
   * @param cancelled workload cancelled since the last report
   * @param served workload served since the last report
   * @param score the benchmark's result
   * @param errorMessage why the worker cannot serve, or empty
   * @param received how many requests arrived since the start
   * @param workingIndices what is in work
   */
  record Snapshot(
      double load,
      double rejected,
      double accepted,
      double cancelled,
      double served,
      double score,
      String errorMessage,
      long received,
      List<Long> workingIndices) {
    Snapshot {
      workingIndices = List.copyOf(workingIndices);
    }
  }
}
