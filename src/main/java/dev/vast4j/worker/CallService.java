package dev.vast4j.worker;

import dev.vast4j.internal.wire.AuthData;
import dev.vast4j.internal.wire.CountedInput;
import dev.vast4j.internal.wire.IncomingCall;
import dev.vast4j.internal.wire.MalformedCallException;
import dev.vast4j.internal.wire.NotRun;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Accepts or refuses calls and tracks those that wait or run. Thread-safe. */
final class CallService {
  private final LoadMetrics metrics;
  private final RouteSignatures signatures;
  private final SessionTable sessions;
  private final Executor background;
  private final FunctionThreads threads;
  private final Conversions conversions;
  private final MemoryReserve memory;
  private final ConsoleLog log;

  /** What a request is refused with that did not run for lack of memory. */
  static final String LITTLE_MEMORY = "too little memory for this request now";

  private static final Signature NO_PARAMETERS =
      new Signature("unknown", List.of(), List.of(), true);

  /** A function may take a moment to end. */
  private static final Duration NAMED_AFTER = Duration.ofSeconds(5);

  /** Those that the log names already. Only touched by the thread that checks. */
  private final Set<Call> named = new HashSet<>();

  // Guarded by this.
  private final Set<Call> active = new HashSet<>();

  private volatile @Nullable CallEnvironment context;

  /**
   * Creates a service without functions.
   *
   * @param background decodes large bodies while they arrive, and cancels calls
   * @param threads decode small bodies and run functions
   */
  CallService(
      LoadMetrics metrics,
      RouteSignatures signatures,
      SessionTable sessions,
      Executor background,
      FunctionThreads threads,
      MemoryReserve memory,
      ConsoleLog log) {
    this.metrics = metrics;
    this.signatures = signatures;
    this.sessions = sessions;
    this.background = background;
    this.threads = threads;
    this.conversions = new Conversions(threads.platform());
    this.memory = memory;
    this.log = log;
  }

  /** Starts to accept calls. */
  void open(Serving serving, Lanes lanes) {
    context = new CallEnvironment(serving, metrics, lanes, conversions, memory, log);
  }

  /** Stops accepting calls. */
  void refuse() {
    context = null;
  }

  /** {@return what calls share, or null while none are accepted} */
  @Nullable CallEnvironment context() {
    return context;
  }

  /**
   * A call that was read.
   *
   * @param call the call
   * @param bytes the size of its body
   */
  private record Received(IncomingCall call, long bytes) {}

  /**
   * Has a call read, accepted or refused, and started. Does not block.
   *
   * @param signature how its arguments are read
   * @param guarded wraps what runs on another thread
   * @throws RejectedExecutionException during shutdown
   * @throws OutOfMemoryError if there is no thread to be had; nothing has run
   */
  void handle(
      CallEnvironment context,
      ServedFunction function,
      Signature signature,
      Body body,
      Reply reply,
      UnaryOperator<Runnable> guarded) {
    if (body.arrived()) {
      conversions.execute(
          guarded,
          () -> {
            Call call = convert(context, function, signature, body, reply);
            return call == null
                ? null
                : () -> call.start(!function.function().execution().virtualThreads());
          });
    } else {
      // Reading waits for the caller, which must not hold a function's thread.
      background.execute(
          guarded.apply(
              () -> {
                Call call = convert(context, function, signature, body, reply);
                if (call != null) {
                  call.start(false);
                }
              }));
    }
  }

  /** Reads a call and accepts it; returns null if it was refused. */
  private @Nullable Call convert(
      CallEnvironment context,
      ServedFunction function,
      Signature signature,
      Body body,
      Reply reply) {
    Call call = null;
    try {
      Received received = read(context.serving().codec(), function, signature, body, reply);
      if (received != null) {
        call = accept(context, function, received, body.share(), reply);
      }
    } catch (OutOfMemoryError e) {
      memory.check(e);
      reply.send(JsonAnswer.error(429, LITTLE_MEMORY));
    } finally {
      if (call == null) {
        body.share().free();
      }
    }
    return call;
  }

  /**
   * Refuses a call that cannot run here. Reports it as rejected before it is answered, so that the
   * engine does not count it as work, unless the engine never heard of it.
   */
  void refuse(CallEnvironment context, Body body, JsonAnswer answer, Reply reply) {
    JsonAnswer given = answer;
    try (InputStream in = body.stream()) {
      IncomingCall call = context.serving().codec().readCall(in, NO_PARAMETERS);
      given = rejected(call.auth(), call.sessionId() != null, answer);
    } catch (MalformedCallException e) {
      AuthData auth = e.auth();
      given = auth == null ? answer : rejected(auth, e.inSession(), answer);
    } catch (IOException e) {
      log.debug("a call that cannot run here did not arrive: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      memory.check(e);
      log.warn("out of memory while refusing a call");
    } finally {
      body.share().free();
    }
    reply.send(given);
  }

  /** Reports a call as rejected; returns the answer, which is another one for strangers. */
  private JsonAnswer rejected(AuthData auth, boolean inSession, JsonAnswer answer) {
    if (!signatures.accept(auth.url(), auth.signature())) {
      return JsonAnswer.error(401, "the signature is not the engine's");
    }
    RequestRecord record =
        RequestRecord.call(
            auth.requestIdx(), auth.reqnum(), ServedFunction.DEFAULT_WORKLOAD, inSession);
    record.enteredQueueAt = metrics.now();
    metrics.reject(record);
    return answer;
  }

  /** {@return the call, or null if the body is malformed and refused} */
  private @Nullable Received read(
      WireCodec codec, ServedFunction function, Signature signature, Body body, Reply reply) {
    try (InputStream bytes = body.stream()) {
      CountedInput in = new CountedInput(bytes);
      IncomingCall call = codec.readCall(in, signature);
      return new Received(call, in.count());
    } catch (MalformedCallException e) {
      report(e);
      refuse(new JsonAnswer(422, e.errors()), body.share(), reply);
    } catch (IOException e) {
      // The connection broke, or the body was refused on its way: nobody waits for an answer.
      log.debug("a call of " + function.name() + " did not arrive: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      // A body may need several times its size while it is decoded. Nothing ran, so the client may
      // try another worker, as it may when there are too many large bodies.
      memory.check(e);
      log.warn("out of memory while reading a call of " + function.name());
      refuse(JsonAnswer.error(429, LITTLE_MEMORY), body.share(), reply);
    } catch (Error e) {
      // Such as a class that cannot be loaded or initialized.
      log.error("cannot read a call of " + function.name(), e);
      refuse(
          JsonAnswer.error(500, "cannot read the arguments: " + e.getClass().getName()),
          body.share(),
          reply);
    }
    return null;
  }

  /** Reports a malformed call as failed, unless the engine never heard of it. */
  private void report(MalformedCallException e) {
    AuthData auth = e.auth();
    if (auth != null && signatures.accept(auth.url(), auth.signature())) {
      RequestRecord record =
          RequestRecord.call(
              auth.requestIdx(), auth.reqnum(), ServedFunction.DEFAULT_WORKLOAD, e.inSession());
      record.trace.failure = CallTrace.Failure.of(e);
      double now = metrics.now();
      record.enteredQueueAt = now;
      record.workStartedAt = now;
      metrics.failUnstarted(record);
    }
  }

  /** {@return the call, which counts as in work from now on, or null if it was refused} */
  private @Nullable Call accept(
      CallEnvironment context,
      ServedFunction function,
      Received received,
      BodyBudget.Share share,
      Reply reply) {
    IncomingCall incoming = received.call();
    WorkerSession session = null;
    if (incoming.sessionId() != null) {
      session = sessions.find(incoming.sessionId());
      if (session == null) {
        refuse(JsonAnswer.error(410, "invalid session"), share, reply);
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
    record.trace.function = function.name();
    record.trace.session = session == null ? 0 : session.record.requestIdx;
    record.trace.bytesIn = received.bytes();
    if (!signatures.accept(incoming.auth().url(), incoming.auth().signature())) {
      // A stranger's numbers: neither counted nor reported.
      refuse(JsonAnswer.error(401, "the signature is not the engine's"), share, reply);
      return null;
    }
    WorkerSession joined = session;
    Call call =
        new Call(
            context,
            function,
            incoming.arguments(),
            record,
            joined == null ? null : joined.values,
            share,
            reply,
            returned -> remove(returned, joined));
    if (session != null && !sessions.join(session, call)) {
      refuse(JsonAnswer.error(410, "invalid session"), share, reply);
      return null;
    }
    record.trace.refusal = "the worker's queue is full";
    try {
      if (!metrics.start(record, function.maxQueueSeconds())) {
        if (session != null) {
          sessions.leave(session, call);
        }
        refuse(JsonAnswer.notRun(NotRun.QUEUE_FULL), share, reply);
        return null;
      }
      synchronized (this) {
        active.add(call);
      }
      reply.whenGone(() -> cancelLater(call));
      return call;
    } catch (OutOfMemoryError e) {
      memory.check(e);
      call.cancel(429, LITTLE_MEMORY);
      remove(call, session);
      return null;
    }
  }

  /** Frees the share first: the answer may make the caller send another body at once. */
  private static void refuse(JsonAnswer answer, BodyBudget.Share share, Reply reply) {
    share.free();
    reply.send(answer);
  }

  /** Cancels a call off the I/O thread: cancelling a future runs its dependents. */
  private void cancelLater(Call call) {
    try {
      background.execute(() -> call.cancel(499, "cancelled"));
    } catch (RejectedExecutionException e) {
      // The worker shuts down and cancels every call anyway.
      log.debug("a caller disconnected during shutdown");
    }
  }

  private void remove(Call call, @Nullable WorkerSession session) {
    if (session != null) {
      sessions.leave(session, call);
    }
    synchronized (this) {
      active.remove(call);
      notifyAll();
    }
  }

  /** {@return whether no call runs or waits, but for cancelled ones that ignore it} */
  private synchronized boolean idle() {
    return active.stream()
        .map(Call::run)
        .allMatch(run -> run != null && run.ignoresInterrupt().compareTo(NAMED_AFTER) > 0);
  }

  /**
   * Blocks until no call runs or waits; returns false if that takes longer.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  synchronized boolean awaitIdle(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    long left = time.toNanos();
    while (!idle() && left > 0) {
      // Whether one ignores its cancellation changes without a signal.
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      left = deadline - System.nanoTime();
    }
    return idle();
  }

  /**
   * Logs the functions that go on after their call was cancelled, and finds one that holds up the
   * queue.
   *
   * @param limit how long a cancelled function may hold up calls
   * @return what it does, or null
   */
  @Nullable String stuck(Duration limit) {
    String blocks = null;
    Map<Lane<QueuedCall>, Set<BodyRun>> held = new HashMap<>();
    for (Call call : snapshot()) {
      BodyRun run = call.run();
      Thread runner = run == null ? null : run.thread();
      if (run == null || runner == null || run.ignoresInterrupt().compareTo(NAMED_AFTER) < 0) {
        continue;
      }
      Duration ignored = run.ignoresInterrupt();
      String what =
          "function '"
              + call.function()
              + "' ignores its interrupt and has gone on for "
              + ignored.toSeconds()
              + " s after its call was cancelled";
      if (named.add(call)) {
        log.warn(what + location(runner));
      }
      Lane<QueuedCall> lane = call.lane();
      if (ignored.compareTo(limit) >= 0
          && held.computeIfAbsent(lane, any -> new HashSet<>()).add(run)
          && held.get(lane).size() >= lane.bound()
          && lane.waits()) {
        blocks = what + "; the calls behind it cannot start";
      }
    }
    named.retainAll(snapshot());
    return blocks;
  }

  private static String location(Thread runner) {
    StackTraceElement[] frames = runner.getStackTrace();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(frames.length, 8); i++) {
      text.append("\n\tat ").append(frames[i]);
    }
    return text.toString();
  }

  /** Refuses the calls that wait: they did not run, so that their callers try another worker. */
  void refuseWaiting() {
    for (Call call : snapshot()) {
      if (call.waits()) {
        call.cancel(429, "the worker is not ready");
      }
    }
  }

  /** {@return the threads that run functions} */
  List<Thread> runners() {
    return snapshot().stream().map(Call::runner).filter(Objects::nonNull).toList();
  }

  private synchronized List<Call> snapshot() {
    return List.copyOf(active);
  }

  /**
   * Answers the call whose function ends this process, or all running ones if it was a thread that
   * is none of theirs; those that wait behind them did not run. Does not block.
   */
  void exited(ExitCaller caller) {
    List<Call> calls = snapshot();
    List<Call> guilty = calls.stream().filter(call -> caller.is(call.runner())).toList();
    List<Call> running = calls.stream().filter(call -> !call.waits()).toList();
    String end = " called System.exit (" + caller.location() + "), which ends this worker";
    refuseWaiting();
    for (Call call : guilty.isEmpty() ? running : guilty) {
      call.exited(
          guilty.isEmpty()
              ? "a thread of the deployment" + end + "; function '" + call.function() + "' ran"
              : "function '" + call.function() + "'" + end,
          guilty.isEmpty() ? null : caller.frames());
    }
  }

  /** Cancels the calls that run or wait, and returns how many there were. */
  int cancelAll() {
    List<Call> calls = snapshot();
    for (Call call : calls) {
      call.cancel(499, "the worker shuts down");
    }
    return calls.size();
  }

  /** Stops the threads. Blocks for up to a second until cancelled functions return. */
  void close() {
    try {
      if (!threads.close(1)) {
        log.warn("a function ignores its interruption");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
