package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.function.SessionValues;
import dev.vast4j.internal.wire.FunctionExit;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One accepted call: waits in the lane if it has to, runs its function and sends the result. Ends
 * exactly once: when its function does or when it is cancelled. Thread-safe.
 */
final class Call implements QueuedCall, WorkerSession.Member {
  private static final String EVENTS = "text/event-stream";

  /** The status for a caller that is gone. */
  private static final int CALLER_GONE = 499;

  private final CallEnvironment context;
  private final ServedFunction function;
  private final Lane<QueuedCall>.Group place;
  private final List<@Nullable Object> arguments;
  private final RequestRecord record;
  private final @Nullable SessionValues session;
  private final BodyBudget.Share share;
  private final Reply reply;
  private final Consumer<Call> onReturn;

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  // Guarded by this.
  private State state = State.WAITING;
  private @Nullable BodyRun run;
  private @Nullable CompletableFuture<?> future;
  private @Nullable ReplyStream stream;

  /**
   * Creates a call.
   *
   * @param session the values of its session, if it has one
   * @param onReturn accepts this call once its function has returned or will never start
   */
  Call(
      CallEnvironment context,
      ServedFunction function,
      List<@Nullable Object> arguments,
      RequestRecord record,
      @Nullable SessionValues session,
      BodyBudget.Share share,
      Reply reply,
      Consumer<Call> onReturn) {
    this.context = context;
    this.function = function;
    this.place = context.lanes().of(function, session != null);
    this.arguments = arguments;
    this.record = record;
    this.session = session;
    this.share = share;
    this.reply = reply;
    this.onReturn = onReturn;
  }

  /**
   * Runs the call as soon as it may.
   *
   * @param here whether the calling thread may run the function
   */
  void start(boolean here) {
    try {
      place.enter(this, here);
    } catch (OutOfMemoryError e) {
      context.memory().check(e);
      if (!waits()) {
        throw e;
      }
      cancel(429, CallService.LITTLE_MEMORY);
    }
  }

  @Override
  public void runAlone() {
    boolean pending = false;
    try {
      pending = runBody();
    } finally {
      if (pending) {
        place.freeThread();
      } else {
        try {
          released();
        } finally {
          place.leave();
        }
      }
    }
  }

  /** Runs the function unless the call was cancelled; true if the result comes later. */
  private boolean runBody() {
    BodyRun body = null;
    ThreadState before = null;
    try {
      body = new BodyRun(1);
      if (!begin(body)) {
        return false;
      }
      before = ThreadState.take();
      return context.serving().contexts().call(session == null ? this::work : this::workInSession);
    } catch (Throwable e) {
      // What the function throws, errors included, is its result.
      context.memory().check(e);
      sendFailure(e);
      return false;
    } finally {
      try {
        if (before != null) {
          before.restore();
        }
      } finally {
        if (body != null) {
          body.end();
        }
      }
    }
  }

  @Override
  public boolean begin(BodyRun body) {
    synchronized (this) {
      if (state != State.WAITING) {
        return false;
      }
      state = State.RUNNING;
      run = body;
    }
    record.trace.batch = body.size();
    context.metrics().workStarted(record);
    return true;
  }

  @Override
  public List<@Nullable Object> arguments() {
    return arguments;
  }

  @Override
  public void end(BatchResult<@Nullable Object> result) {
    Throwable failure = result.failure();
    if (failure != null) {
      sendFailure(failure);
      return;
    }
    try {
      sendValue(result.value());
    } catch (Throwable e) { // what a value's own code throws
      context.memory().check(e);
      sendFailure(e);
    }
  }

  /** Runs the function and sends the result; true if the result comes later. */
  private boolean work() throws Exception {
    return sendResult(function.call(arguments));
  }

  private boolean workInSession() throws Exception {
    return Objects.requireNonNull(session).call(this::work);
  }

  @Override
  public void released() {
    share.free();
    onReturn.accept(this);
  }

  /**
   * Ends the call without its result: interrupts the function's thread and cancels its future. Does
   * nothing if the call has ended. Does not block, unless the future's dependents do.
   */
  @Override
  public void cancel(int status, String message) {
    CompletableFuture<?> running;
    ReplyStream writing;
    boolean waited;
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      waited = state == State.WAITING;
      state = State.ENDED;
      running = future;
      writing = stream;
      if (run != null) {
        run.cancelled();
      }
    }
    record.trace.overdue = status == CALLER_GONE && reply.overdue();
    count(LoadMetrics::cancel);
    if (waited && place.withdraw(this)) {
      released();
    }
    if (writing != null) {
      writing.breakOff();
      reply.drop();
    } else {
      sendOrDrop(status, message);
    }
    if (running != null) {
      running.cancel(true);
    }
  }

  /** {@return the thread that runs the function, or null} */
  @Nullable Thread runner() {
    BodyRun body = run();
    return body == null ? null : body.thread();
  }

  /** {@return the run of its function, or null if it has not begun} */
  synchronized @Nullable BodyRun run() {
    return run;
  }

  /** {@return the queue it is in} */
  Lane<QueuedCall> lane() {
    return place.lane();
  }

  /** {@return whether the call waits for others} */
  synchronized boolean waits() {
    return state == State.WAITING;
  }

  /** {@return whether the call has its result or was cancelled} */
  @Override
  public boolean isOver() {
    return ended();
  }

  String function() {
    return function.name();
  }

  /**
   * Answers the call before the process ends. Its function will not return.
   *
   * @param frames where its own thread ends the process, or null if another one does
   */
  void exited(String message, StackTraceElement @Nullable [] frames) {
    ReplyStream writing;
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.ENDED;
      writing = stream;
    }
    count(LoadMetrics::fail);
    if (writing != null && frames != null) {
      // The thread that writes waits in the exit.
      IllegalStateException exit = new IllegalStateException(message);
      exit.setStackTrace(frames);
      try {
        new EventWriter(writing).write(to -> codec().writeFailureEvent(to, exit));
        writing.close();
      } catch (IOException | RuntimeException e) {
        writing.breakOff();
        reply.drop();
      }
    } else if (writing != null) {
      writing.breakOff();
      reply.drop();
    } else {
      reply.send(new JsonAnswer(500, Map.of("error", FunctionExit.CODE, "msg", message)));
    }
    released();
  }

  /** Sends what the function returned; true if the result comes later. */
  private boolean sendResult(@Nullable Object result) throws Exception {
    ResultKind kind = function.kind();
    if (kind == ResultKind.VALUE) {
      sendValue(result);
      return false;
    }
    if (result == null) {
      throw function.returnedNull();
    }
    if (kind == ResultKind.FUTURE) {
      return sendLater((CompletableFuture<?>) result);
    }
    if (kind == ResultKind.STREAM) {
      try (Stream<?> elements = (Stream<?>) result) {
        sendStream(elements.iterator());
      }
    } else {
      try (PublishedElements elements = new PublishedElements((Flow.Publisher<?>) result)) {
        sendStream(elements);
      }
    }
    return false;
  }

  private boolean sendLater(CompletableFuture<?> result) throws Exception {
    if (result.isDone() && !result.isCompletedExceptionally()) {
      sendValue(result.join());
      return false;
    }
    boolean cancelled;
    synchronized (this) {
      future = result;
      cancelled = state == State.ENDED;
    }
    if (cancelled) {
      result.cancel(true);
    }
    // completed() handles every failure itself. Unlike whenCompleteAsync, handleAsync does not wrap
    // the exception, which calls its methods.
    var unused =
        result.handleAsync(
            (value, failure) -> {
              completed(value, failure);
              return null;
            },
            context.conversions());
    return true;
  }

  private void completed(@Nullable Object value, @Nullable Throwable failure) {
    try {
      if (failure != null) {
        context.memory().check(failure);
        sendFailure(Causes.unwrap(failure));
      } else {
        sendValue(value);
      }
    } catch (Throwable e) {
      context.memory().check(e);
      sendFailure(e);
    } finally {
      try {
        released();
      } finally {
        place.leaveLater();
      }
    }
  }

  private void sendValue(@Nullable Object value) {
    ResultOutput out = new ResultOutput(reply);
    try {
      codec()
          .writeResult(out, value, function.function().resultType(), reply.dialect(), location());
    } catch (IOException | RuntimeException e) {
      if (out.streaming()) {
        breakOff(e);
      } else {
        sendFailure(e);
      }
      return;
    } catch (Error e) {
      if (!out.streaming()) {
        throw e;
      }
      context.memory().check(e);
      breakOff(e);
      return;
    }
    if (end()) {
      record.trace.bytesOut = out.count();
      count(LoadMetrics::succeed);
      send(out);
    }
  }

  /** Counts the end of the call. Whatever happens here, the caller must be answered. */
  private void count(BiConsumer<LoadMetrics, RequestRecord> how) {
    try {
      how.accept(context.metrics(), record);
    } catch (OutOfMemoryError e) {
      context.memory().check(e);
    }
  }

  private void sendOrDrop(int status, String message) {
    if (!context.memory().insist(() -> reply.send(JsonAnswer.error(status, message)))) {
      reply.drop();
    }
  }

  /** Notes what its function threw, for an embedded engine. */
  private void failed(Throwable thrown) {
    if (context.metrics().recordsCalls()) {
      record.trace.failure = CallTrace.Failure.of(thrown);
    }
  }

  private void sendFailure(Throwable failure) {
    if (ended()) {
      return;
    }
    try {
      if (function.function().kind().streamed()) {
        sendStreamFailure(openStream(), failure);
        return;
      }
      if (!context.memory().insist(() -> sendThrown(failure))) {
        failOutside(failure);
      }
    } catch (Throwable e) {
      failOutside(e);
    }
  }

  private void sendThrown(Throwable failure) {
    ResultOutput out = new ResultOutput(reply);
    Throwable thrown = function.thrown(failure);
    try {
      codec().writeFailure(out, thrown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (end()) {
      record.trace.bytesOut = out.count();
      count((metrics, ended) -> failed(thrown));
      count(LoadMetrics::succeed);
      send(out);
    }
  }

  private void send(ResultOutput out) {
    try {
      out.close();
    } catch (IOException e) {
      context.log().debug("the caller of " + function.name() + " disconnected: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      // Counted as answered already: the caller must not wait.
      context.memory().check(e);
      reply.drop();
    }
  }

  private void sendStream(Iterator<?> elements) {
    ReplyStream out = openStream();
    try {
      EventWriter events = new EventWriter(out);
      // Tells the caller that the stream began, before the first element is there.
      out.begin();
      while (!ended() && elements.hasNext()) {
        Object element = elements.next();
        events.write(
            to ->
                codec()
                    .writeEvent(
                        to,
                        element,
                        function.function().resultType(),
                        reply.dialect(),
                        location()));
      }
      if (end()) {
        record.trace.bytesOut = out.count();
        count(LoadMetrics::succeed);
        out.close();
      }
    } catch (EventWriter.CallerGoneException e) {
      cancel(499, "cancelled");
    } catch (
        Throwable e) { // an element's code may throw checked exceptions that it doesn't declare
      context.memory().check(e);
      sendStreamFailure(out, e);
    }
  }

  private void sendStreamFailure(ReplyStream out, Throwable failure) {
    if (!end()) {
      if (failure instanceof OutOfMemoryError) {
        // Perhaps before the end was sent.
        out.breakOff();
        reply.drop();
      }
      return;
    }
    try {
      Throwable thrown = function.thrown(failure);
      count((metrics, ended) -> failed(thrown));
      count(LoadMetrics::succeed);
      EventWriter events = new EventWriter(out);
      events.write(to -> codec().writeFailureEvent(to, thrown));
      out.close();
    } catch (IOException | RuntimeException | Error e) {
      context.memory().check(e);
      out.breakOff();
      reply.drop();
    }
  }

  private ReplyStream openStream() {
    ReplyStream open = new ReplyStream(reply, EVENTS);
    synchronized (this) {
      if (state != State.ENDED) {
        stream = open;
      }
    }
    return open;
  }

  /** Drops the connection, since part of the result is sent and the rest cannot follow. */
  private void breakOff(Throwable e) {
    if (end()) {
      reply.drop();
      count((metrics, ended) -> failed(e));
      count(LoadMetrics::fail);
      context.log().warn("could not send a whole result of " + function.name(), e);
    }
  }

  private void failOutside(Throwable e) {
    context.memory().check(e);
    if (end()) {
      count(LoadMetrics::fail);
      try {
        context.log().error("a call of " + function.name() + " failed outside the function", e);
        reply.send(JsonAnswer.error(500, "the call failed outside the function"));
      } catch (Throwable again) {
        // Most likely too little memory to say so: the caller must not wait.
        reply.drop();
      }
    }
  }

  private WireCodec codec() {
    return context.serving().codec();
  }

  private String location() {
    return "result of " + function.name();
  }

  /** {@return whether the result may be sent} Frees the body's memory before its sender goes on. */
  private boolean end() {
    synchronized (this) {
      if (state == State.ENDED) {
        return false;
      }
      state = State.ENDED;
    }
    share.free();
    return true;
  }

  private synchronized boolean ended() {
    return state == State.ENDED;
  }
}
