package dev.vast4j.worker;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The worker's load, counted as the reference's worker counts it. Thread-safe. */
final class LoadMetrics {
  /** How many request numbers to remember, to count a repeated request once. */
  private static final int REMEMBERED = 1 << 16;

  /** How many finished requests to keep while no engine accepts them. */
  static final int MAX_FINISHED = 100_000;

  /** How many of those may be refused ones, which anybody who reaches the port can cause. */
  static final int MAX_FINISHED_REFUSED = 20_000;

  private final Instant start;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final LinkedHashSet<RequestRecord> working = new LinkedHashSet<>();
  private final LinkedHashSet<Long> remembered = new LinkedHashSet<>();
  private final ArrayDeque<RequestRecord> finished = new ArrayDeque<>();
  private final CallJournal journal = new CallJournal();
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
   * Starts to count.
   *
   * @param start the current time, read only once: setting the machine's clock must not change when
   *     sessions expire
   * @param nanoTime like {@link System#nanoTime()}
   */
  LoadMetrics(Instant start, LongSupplier nanoTime) {
    this.start = start;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /**
   * Counts a call as in work, or as rejected if the calls in work are expected to take too long.
   *
   * @param maxQueueSeconds how long the call may be expected to wait
   * @return whether it is in work
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
    // A session is in work from its start.
    journal.changed(
        request, request.isSession ? CallTrace.State.RUNNING : CallTrace.State.QUEUED, 0);
    changed = true;
  }

  /** Counts a request as refused. */
  synchronized void reject(RequestRecord request) {
    if (!request.isSession) {
      // A session's workload is the cost that its caller names.
      rejected += request.workload;
    }
    request.status = RequestRecord.Status.REJECTED;
    request.success = false;
    if (!request.inSession) {
      remember(request.reqnum);
      finish(request);
    }
    journal.changed(request, CallTrace.State.REJECTED, now());
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
    journal.changed(
        request,
        request.trace.failure == null ? CallTrace.State.SUCCEEDED : CallTrace.State.FAILED,
        request.workCompletedAt);
  }

  /** Counts a request as failed outside its function and no longer in work. */
  synchronized void fail(RequestRecord request) {
    request.workCompletedAt = now();
    request.status = RequestRecord.Status.ERROR;
    request.success = false;
    changed = true;
    end(request);
    journal.changed(request, CallTrace.State.FAILED, request.workCompletedAt);
  }

  /** Reports a request that could not be read as failed. It was never load. */
  synchronized void failUnstarted(RequestRecord request) {
    remember(request.reqnum);
    fail(request);
  }

  /**
   * Counts a request as cancelled and no longer in work. Doesn't trigger a status report, as in the
   * reference; the report of finished requests includes it.
   */
  synchronized void cancel(RequestRecord request) {
    request.status = RequestRecord.Status.CANCELLED;
    request.success = true;
    cancelled += request.workload;
    end(request);
    journal.changed(
        request,
        request.trace.overdue ? CallTrace.State.TIMED_OUT : CallTrace.State.CANCELLED,
        now());
  }

  /** Records when work on a request began. */
  synchronized void workStarted(RequestRecord request) {
    request.workStartedAt = now();
    journal.changed(request, CallTrace.State.RUNNING, 0);
  }

  /** Sets the benchmark's score. */
  synchronized void measured(double throughput) {
    score = throughput;
    changed = true;
  }

  /** Sets why the worker cannot serve, or null. Resets the counters, as the reference does. */
  synchronized void errored(@Nullable String message) {
    errorMessage = message;
    served = 0;
    accepted = 0;
    cancelled = 0;
    rejected = 0;
    changed = true;
  }

  /** {@return the seconds since 1970} */
  double now() {
    Instant instant = start.plusNanos(nanoTime.getAsLong() - startNanos);
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  synchronized int inWork() {
    return working.size();
  }

  /** {@return whether anything changed since the last snapshot} */
  synchronized boolean changed() {
    return changed;
  }

  /** {@return the current state} */
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

  /** Subtracts what an accepted report contained. */
  synchronized void reported(Snapshot snapshot) {
    served = Math.max(0, served - snapshot.served());
    accepted = Math.max(0, accepted - snapshot.accepted());
    cancelled = Math.max(0, cancelled - snapshot.cancelled());
    rejected = Math.max(0, rejected - snapshot.rejected());
  }

  /** Makes the next report due, since no engine accepted this one. */
  synchronized void notReported() {
    changed = true;
  }

  /** Starts to record what each call does, for an embedded engine. */
  synchronized void recordCalls() {
    journal.start();
  }

  synchronized boolean recordsCalls() {
    return journal.isOn();
  }

  /** {@return whether calls have changed since they were last reported} */
  synchronized boolean callsChanged() {
    return !journal.isEmpty();
  }

  /** {@return the calls that changed, oldest change first; they count as reported} */
  synchronized List<CallJournal.Entry> takeCalls() {
    return journal.take();
  }

  /** Takes calls back that no engine accepted. */
  synchronized void callsNotReported(List<CallJournal.Entry> entries) {
    journal.putBack(entries);
  }

  /** {@return the requests that ended and are not reported yet, oldest first} */
  synchronized List<RequestRecord> finished() {
    return List.copyOf(finished);
  }

  /** Removes requests that an engine accepted. */
  synchronized void finishedReported(List<RequestRecord> sent) {
    // They are the oldest, except for those removed meanwhile to make room.
    for (RequestRecord request : sent) {
      if (finished.peekFirst() == request) {
        forget(finished.removeFirst());
      } else if (finished.remove(request)) {
        forget(request);
      }
    }
  }

  /** Before anything else, so that a lack of memory leaves no finished request in work. */
  private void end(RequestRecord request) {
    if (request.inSession) {
      return;
    }
    if (working.remove(request) && !request.isSession) {
      callsInWork -= request.workload;
    }
    if (working.isEmpty()) {
      // Rounding errors must not add up.
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
   * The load, as a status report contains it.
   *
   * @param load workload in work
   * @param rejected workload refused since the last report
   * @param accepted workload accepted since the last report
   * @param cancelled workload cancelled since the last report
   * @param served workload served since the last report
   * @param score the benchmark's score
   * @param errorMessage why the worker cannot serve, or empty
   * @param received how many requests arrived since the start
   * @param workingIndices the requests in work
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
