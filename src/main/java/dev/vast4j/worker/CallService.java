package dev.vast4j.worker;

import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.wire.AuthData;
import dev.vast4j.internal.wire.IncomingCall;
import dev.vast4j.internal.wire.MalformedCallException;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Accepts calls, or refuses them, and knows those that run. Thread-safe. */
final class CallService {
  private final LoadMetrics metrics;
  private final RouteSignatures signatures;
  private final Sessions sessions;
  private final ExecutorService threads;
  private final SerialLane lane;
  private final WorkerLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  // Guarded by the lock.
  private final Set<Call> active = new HashSet<>();

  private volatile @Nullable Serving serving;

  CallService(
      LoadMetrics metrics,
      RouteSignatures signatures,
      Sessions sessions,
      ExecutorService threads,
      WorkerLog log) {
    this.metrics = metrics;
    this.signatures = signatures;
    this.sessions = sessions;
    this.threads = threads;
    this.lane = new SerialLane(threads);
    this.log = log;
  }

  /**
   * What calls need of a worker that has booted.
   *
   * @param functions what is served, by name
   * @param contexts the entered contexts
   * @param codec with the deployment's own bindings
   */
  record Serving(Map<String, ServedFunction> functions, ContextValues contexts, WireCodec codec) {
    Serving {
      functions = Map.copyOf(functions);
    }
  }

  /** From now on calls are accepted. */
  void open(Serving booted) {
    serving = booted;
  }

  /** From now on calls are refused. */
  void refuse() {
    serving = null;
  }

  /** What is served now; null while calls are refused. */
  @Nullable Serving serving() {
    return serving;
  }

  /**
   * Reads a call, accepts or refuses it, and runs it on the calling thread unless it has to wait
   * for others.
   */
  void handle(Serving with, ServedFunction function, Body body, Reply reply) {
    Call call = null;
    try {
      IncomingCall incoming = read(with, function, body, reply);
      if (incoming != null) {
        call = accept(with, function, incoming, body.share(), reply);
      }
    } finally {
      if (call == null) {
        body.share().free();
      }
    }
    if (call != null && call.serial()) {
      lane.enter(call);
    } else if (call != null) {
      call.run();
    }
  }

  /** What a body says; null when it says nothing, and its sender told so. */
  private @Nullable IncomingCall read(
      Serving with, ServedFunction function, Body body, Reply reply) {
    try (InputStream in = body.stream()) {
      return with.codec().readCall(in, function.signature());
    } catch (MalformedCallException e) {
      malformed(e);
      refuse(422, Json.bytes(e.errors()), body.share(), reply);
    } catch (IOException e) {
      // The connection broke, or the body was refused while it came: nobody waits for an answer.
      log.debug("a call of " + function.name() + " did not arrive: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      // A body may take several times its size while it is read. Nothing ran, so another worker
      // may be asked, as when there are too many large bodies.
      log.warn("no memory to read a call of " + function.name());
      refuse(429, Json.error("too little memory for this request now"), body.share(), reply);
    }
    return null;
  }

  /**
   * The engine is to know that a call it routed will not be answered; of others it has not heard.
   */
  private void malformed(MalformedCallException e) {
    AuthData auth = e.auth();
    if (auth != null && signatures.accept(auth.url(), auth.signature())) {
      RequestRecord record =
          RequestRecord.call(
              auth.requestIdx(), auth.reqnum(), ServedFunction.DEFAULT_WORKLOAD, false);
      record.enteredQueueAt = metrics.now();
      metrics.start(record);
      metrics.workStarted(record);
      metrics.fail(record);
    }
  }

  /** The call, in work from now on; null when it was refused, and its caller told so. */
  private @Nullable Call accept(
      Serving with,
      ServedFunction function,
      IncomingCall incoming,
      BodyBudget.Share share,
      Reply reply) {
    WorkerSession session = null;
    if (incoming.sessionId() != null) {
      session = sessions.find(incoming.sessionId());
      if (session == null) {
        refuse(410, Json.error("invalid session"), share, reply);
        return null;
      }
    }
    RequestRecord record =
        RequestRecord.call(
            incoming.auth().requestIdx(),
            incoming.auth().reqnum(),
            function.workload(incoming.arguments()),
            session != null);
    record.enteredQueueAt = metrics.now();
    if (!signatures.accept(incoming.auth().url(), incoming.auth().signature())) {
      metrics.reject(record);
      refuse(401, Json.error("the signature is not the engine's"), share, reply);
      return null;
    }
    Call call = new Call(this, with, function, incoming.arguments(), record, session, share, reply);
    if (session != null && !sessions.join(session, call)) {
      refuse(410, Json.error("invalid session"), share, reply);
      return null;
    }
    if (!metrics.start(record, function.maxQueueSeconds())) {
      if (session != null) {
        sessions.leave(session, call);
      }
      refuse(
          429, Json.error("the calls before this one are expected to take too long"), share, reply);
      return null;
    }
    lock.lock();
    try {
      active.add(call);
    } finally {
      lock.unlock();
    }
    reply.whenGone(() -> cancelLater(call));
    return call;
  }

  /** The share is free before the caller can send another body because of the answer. */
  private static void refuse(int status, byte[] json, BodyBudget.Share share, Reply reply) {
    share.free();
    reply.send(status, json);
  }

  /** Off the I/O thread, since cancelling a future runs what depends on it. */
  private void cancelLater(Call call) {
    try {
      threads.execute(() -> call.cancel(499, "cancelled"));
    } catch (RejectedExecutionException e) {
      // The worker ends, which cancels whatever is left anyway.
      log.debug("a caller went away while the worker ended");
    }
  }

  /** A call that had begun is over, and its function has returned. */
  void left(Call call) {
    leftWaiting(call);
    if (call.serial()) {
      lane.leave();
    }
  }

  /** A call that had not begun is over. */
  void leftWaiting(Call call) {
    call.share().free();
    WorkerSession session = call.session();
    if (session != null) {
      sessions.leave(session, call);
    }
    lock.lock();
    try {
      active.remove(call);
      if (active.isEmpty()) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until no call runs or waits; false when that takes longer.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  boolean awaitIdle(Duration time) throws InterruptedException {
    lock.lock();
    try {
      long nanos = time.toNanos();
      while (!active.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = idle.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Cancels the calls that run or wait; how many there were. */
  int cancelAll() {
    List<Call> calls;
    lock.lock();
    try {
      calls = List.copyOf(active);
    } finally {
      lock.unlock();
    }
    for (Call call : calls) {
      call.cancel(499, "the worker ends");
    }
    return calls.size();
  }

  /** Ends the threads. Blocks for a moment, for what was cancelled to return. */
  void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        log.warn("a function does not end although it was interrupted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  LoadMetrics metrics() {
    return metrics;
  }

  ExecutorService threads() {
    return threads;
  }

  SerialLane lane() {
    return lane;
  }

  WorkerLog log() {
    return log;
  }
}
