package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.VastException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.internal.http.ConnectionFault;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.SendProgress;
import dev.vast4j.internal.http.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a call: the time left, what its exceptions report, the exchange to cancel. The
 * call's steps run one after another and change it; any thread may end it.
 */
final class CallProgress {
  /** What the engine's words about its workers hold when one is in error. */
  private static final String ERROR = "error";

  static final String WORKER = "a ready worker";

  private final CallSpec spec;
  private final CallContext context;
  private final Timing timing;
  private final long start;
  private final long timeout;
  private final long workerTimeout;
  private volatile @Nullable Thread caller;
  private volatile @Nullable Exchange current;
  private volatile boolean over;
  private volatile int attempts;
  private volatile String waitingFor = "a free thread of the connection";
  private volatile @Nullable Route route;

  /** What the engine last said about its workers, or an empty string. */
  private volatile String workers = "";

  /** Why the last route request failed; null once the engine has answered. */
  private volatile @Nullable Throwable routeFailure;

  /** Why the last attempt failed, or an earlier one if it is still {@link #overdue}. */
  private volatile @Nullable Throwable attemptFailure;

  /** What the last attempt did when its time was up, until the call goes on; or null. */
  private volatile @Nullable String overdue;

  /** The failure of that attempt. */
  private volatile @Nullable Throwable overdueFailure;

  /** What the worker of the last attempt said if it had no room, or null. */
  private volatile @Nullable String busy;

  /** What the call waits for after a worker of another version refused it, or null. */
  private volatile @Nullable String versionWait;

  private volatile String versionAnswer = "";

  /** The version that this client calls, and that of the last worker that answered. */
  private volatile @Nullable String version;

  private volatile @Nullable String workerVersion;

  CallProgress(CallContext context, CallSpec spec) {
    this.spec = spec;
    this.context = context;
    this.timing = context.timing();
    this.start = timing.nanoTime();
    this.timeout = context.timeouts().callNanos(spec.options());
    this.workerTimeout = context.timeouts().workerNanos(spec.options());
  }

  /** Returns the nanoseconds until the deadline, negative after it. */
  long left() {
    return timeout - (timing.nanoTime() - start);
  }

  Duration elapsed() {
    return Duration.ofNanos(timing.nanoTime() - start);
  }

  // ---- for exceptions

  CallException.Trace trace() {
    Route last = route;
    return new CallException.Trace(
        spec.function(),
        attempts,
        elapsed(),
        last == null ? null : last.worker(),
        workerVersion,
        version);
  }

  /** Returns the failure at the deadline: the last worker had no room, or time ran out. */
  CallException late() {
    String refusal = busy;
    return refusal == null ? timedOut() : busy(refusal);
  }

  /** Returns the failure of a call that ran out of time, or whose last attempt did. */
  CallTimeoutException timedOut() {
    boolean whole = left() <= 0;
    return new CallTimeoutException(
        whole ? "timeout" : "workerTimeout",
        Duration.ofNanos(whole ? timeout : workerTimeout),
        whole && versionWait != null ? versionWait : waitingFor,
        whole && versionWait != null ? versionAnswer : lastKnown(),
        waitingFor.equals(WORKER) ? context.failedWorkers().output() : Map.of(),
        trace(),
        lastCause());
  }

  /** Has the output of workers in error fetched, which a time-out then shows. */
  void looksAtFailures() {
    if (waitingFor.equals(WORKER) && workers.contains(ERROR)) {
      context.failedWorkers().look(context.keys().endpoint());
    }
  }

  /** Returns the failure of a call whose last worker had no room. */
  WorkerBusyException busy(String refusal) {
    String now = workers;
    return new WorkerBusyException(
        now.isEmpty() ? refusal : refusal + "; now: " + now, trace(), lastCause());
  }

  private String lastKnown() {
    if (!workers.isEmpty()) {
      String errors =
          waitingFor.equals(WORKER) ? context.failedWorkers().errorsBeside(workers) : "";
      return errors.isEmpty() ? workers : workers + " (" + errors + ")";
    }
    Throwable cause = lastCause();
    String failed = cause == null ? "" : describe(cause);
    String doing = overdue;
    return doing == null ? failed : failed.isEmpty() ? doing : doing + "; before: " + failed;
  }

  /** Describes a failed request in one line. */
  static String describe(Throwable cause) {
    String fault = ConnectionFault.of(cause);
    if (fault != null) {
      return fault;
    }
    return cause instanceof IOException broken
        ? SendProgress.describe(broken)
        : cause instanceof VastException ? String.valueOf(cause.getMessage()) : cause.toString();
  }

  void waitsFor(String what) {
    if (overdue != null) {
      attemptFailure = overdueFailure;
      overdue = null;
    }
    waitingFor = what;
  }

  /** Remembers what the engine said; an empty string once it has given a route. */
  void hears(String status) {
    routeFailure = null;
    workers = ErrorBody.shorten(status);
  }

  /** Returns what the engine last said about its workers, shortened, or an empty string. */
  String workers() {
    return workers;
  }

  /**
   * Remembers why a route request failed. The deadline cuts the last one off, which is no reason if
   * another is known.
   */
  void routeFailed(Throwable cause) {
    if (left() > 0 || (workers.isEmpty() && lastCause() == null)) {
      routeFailure = cause;
    }
  }

  /**
   * Remembers why an attempt failed.
   *
   * @param refusal what the worker said if it had no room, otherwise null
   * @param doing what the attempt did when its time was up, otherwise null
   */
  void attemptFailed(@Nullable Throwable cause, @Nullable String refusal, @Nullable String doing) {
    if (doing == null) {
      attemptFailure = cause;
    } else {
      overdueFailure = cause;
    }
    overdue = doing;
    busy = refusal;
    versionWait = null;
  }

  /**
   * Declares that the call waits for a worker of the client's version.
   *
   * @param what what the call waits for
   * @param answer what the last worker answered
   */
  void waitsForVersion(String what, String answer) {
    versionAnswer = answer;
    versionWait = what;
  }

  /** Remembers the version that this client calls, or null if unknown. */
  void version(@Nullable String own) {
    version = own;
  }

  /** Returns the version that this client calls, or an empty string. */
  String version() {
    String known = version;
    return known == null ? "" : known;
  }

  /** Returns the version of the last worker that answered, or an empty string. */
  String workerVersion() {
    String known = workerVersion;
    return known == null ? "" : known;
  }

  /** Remembers the version of the worker that answered, or null if unknown. */
  void workerVersion(@Nullable String answered) {
    workerVersion = answered;
  }

  @Nullable Throwable lastCause() {
    Throwable route = routeFailure;
    return route == null ? attemptFailure : route;
  }

  /** Counts an attempt and returns its number, from 1. */
  int attempt(Route to) {
    route = to;
    workerVersion = null;
    int number = attempts + 1;
    attempts = number;
    return number;
  }

  /** Returns how many attempts were made. */
  int attempts() {
    return attempts;
  }

  // ---- who waits, and how to cancel

  /** Declares that this thread runs all steps, so interrupting it ends the call. */
  void awaitedBy(Thread thread) {
    caller = thread;
  }

  /** Returns the thread that runs all steps, or null. */
  @Nullable Thread caller() {
    return caller;
  }

  /** Registers the exchange to cancel when the call ends; returns false when it has ended. */
  boolean begins(Exchange exchange) {
    current = exchange;
    return !over;
  }

  void ends() {
    current = null;
  }

  /** Whether the call has ended. */
  boolean over() {
    return over;
  }

  /** Cancels the exchange in flight; no other begins. */
  void end() {
    over = true;
    Exchange exchange = current;
    if (exchange != null) {
      exchange.cancel();
    }
  }
}
