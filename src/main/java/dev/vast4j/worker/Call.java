package dev.vast4j.worker;

import dev.vast4j.internal.function.ResultKind;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One accepted call: waits in the lane where it has to, runs its function, answers. Ends exactly
 * once, by its function or by being cancelled, whichever is first. Thread-safe.
 */
final class Call implements Runnable {
  private static final String EVENTS = "text/event-stream";

  private final CallService service;
  private final CallService.Serving serving;
  private final ServedFunction function;
  private final List<@Nullable Object> arguments;
  private final RequestRecord record;
  private final @Nullable WorkerSession session;
  private final BodyBudget.Share share;
  private final Reply reply;

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  // Guarded by this.
  private State state = State.WAITING;
  private @Nullable Thread runner;
  private @Nullable CompletableFuture<?> future;
  private @Nullable ReplyStream stream;

  Call(
      CallService service,
      CallService.Serving serving,
      ServedFunction function,
      List<@Nullable Object> arguments,
      RequestRecord record,
      @Nullable WorkerSession session,
      BodyBudget.Share share,
      Reply reply) {
    this.service = service;
    this.serving = serving;
    this.function = function;
    this.arguments = arguments;
    this.record = record;
    this.session = session;
    this.share = share;
    this.reply = reply;
  }

  @Nullable WorkerSession session() {
    return session;
  }

  BodyBudget.Share share() {
    return share;
  }

  boolean serial() {
    return !function.function().allowParallelRequests();
  }

  /** Runs the function on the calling thread and answers, or sees to it that this is done later. */
  @Override
  public void run() {
    if (!begin()) {
      service.left(this);
      return;
    }
    service.metrics().workStarted(record);
    boolean pending = false;
    try {
      pending = serving.contexts().call(session == null ? this::work : this::workInSession);
    } catch (Throwable e) {
      // Whatever the function throws, errors included, is the function's answer.
      answerFailure(e);
    } finally {
      release();
      if (!pending) {
        service.left(this);
      }
    }
  }

  /** Runs the function and answers; true when that is not done yet. */
  private boolean work() throws Exception {
    return answer(function.call(arguments));
  }

  private boolean workInSession() throws Exception {
    return Objects.requireNonNull(session).values.call(this::work);
  }

  /**
   * Ends the call without its result: the function's thread is interrupted, its future cancelled.
   * Does nothing when the call has ended. Does not block, apart from what the future's dependents
   * do.
   *
   * @param status what a caller who is still there is told
   * @param message what it is told, or null for nothing
   */
  void cancel(int status, String message) {
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
      if (runner != null) {
        runner.interrupt();
      }
    }
    service.metrics().cancel(record);
    if (waited && serial() && service.lane().withdraw(this)) {
      service.leftWaiting(this);
    }
    if (writing != null) {
      writing.breakOff();
      reply.drop();
    } else {
      reply.send(status, Json.error(message));
    }
    if (running != null) {
      running.cancel(true);
    }
  }

  /** Answers with what the function returned; true when that is not there yet. */
  private boolean answer(@Nullable Object result) throws Exception {
    ResultKind kind = function.function().kind();
    if (kind == ResultKind.VALUE) {
      answerValue(result);
      return false;
    }
    if (result == null) {
      throw new NullPointerException(
          function.name() + " returned null instead of what it declares");
    }
    if (kind == ResultKind.FUTURE) {
      return answerLater((CompletableFuture<?>) result);
    }
    if (kind == ResultKind.STREAM) {
      try (Stream<?> elements = (Stream<?>) result) {
        answerStream(elements.iterator());
      }
    } else {
      try (PublishedElements elements = new PublishedElements((Flow.Publisher<?>) result)) {
        answerStream(elements);
      }
    }
    return false;
  }

  private boolean answerLater(CompletableFuture<?> result) throws Exception {
    if (result.isDone() && !result.isCompletedExceptionally()) {
      answerValue(result.join());
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
    // Never fails: what goes wrong in there is answered in there.
    var unused = result.whenCompleteAsync(this::completed, service.threads());
    return true;
  }

  private void completed(@Nullable Object value, @Nullable Throwable failure) {
    try {
      if (failure != null) {
        answerFailure(Failures.unwrapFuture(failure));
      } else {
        answerValue(value);
      }
    } catch (RuntimeException | Error e) {
      failOutside(e);
    } finally {
      service.left(this);
    }
  }

  private void answerValue(@Nullable Object value) {
    ResultOutput out = new ResultOutput(reply);
    try {
      serving
          .codec()
          .writeResult(out, value, function.function().resultType(), reply.dialect(), place());
    } catch (IOException | RuntimeException e) {
      if (out.streaming()) {
        breakOff(e);
      } else {
        answerFailure(e);
      }
      return;
    }
    if (end()) {
      service.metrics().succeed(record);
      send(out);
    }
  }

  private void answerFailure(Throwable failure) {
    if (ended()) {
      return;
    }
    if (function.function().kind().streamed()) {
      answerStreamFailure(openStream(), failure);
      return;
    }
    ResultOutput out = new ResultOutput(reply);
    try {
      serving.codec().writeFailure(out, failure);
    } catch (IOException | RuntimeException e) {
      failOutside(e);
      return;
    }
    if (end()) {
      service.metrics().succeed(record);
      send(out);
    }
  }

  private void send(ResultOutput out) {
    try {
      out.close();
    } catch (IOException e) {
      service.log().debug("the caller of " + function.name() + " went away: " + e.getMessage());
    }
  }

  private void answerStream(Iterator<?> elements) {
    ReplyStream out = openStream();
    try {
      EventWriter events = new EventWriter(out);
      // The caller learns that the stream began before its first element is there.
      out.begin();
      while (!ended() && elements.hasNext()) {
        Object element = elements.next();
        events.write(
            to ->
                serving
                    .codec()
                    .writeEvent(
                        to, element, function.function().resultType(), reply.dialect(), place()));
      }
      if (end()) {
        service.metrics().succeed(record);
        out.close();
      }
    } catch (EventWriter.CallerGoneException e) {
      cancel(499, "cancelled");
    } catch (IOException | RuntimeException | Error e) {
      answerStreamFailure(out, e);
    }
  }

  private void answerStreamFailure(ReplyStream out, Throwable failure) {
    if (!end()) {
      return;
    }
    service.metrics().succeed(record);
    try {
      EventWriter events = new EventWriter(out);
      events.write(to -> serving.codec().writeFailureEvent(to, failure));
      out.close();
    } catch (IOException | RuntimeException e) {
      service.log().debug("the end of a stream did not arrive: " + e.getMessage());
      reply.drop();
    }
  }

  private ReplyStream openStream() {
    ReplyStream open = reply.open(200, EVENTS);
    synchronized (this) {
      if (state != State.ENDED) {
        stream = open;
      }
    }
    return open;
  }

  /** Part of a result is out and the rest cannot follow: the caller sees a broken connection. */
  private void breakOff(Exception e) {
    if (end()) {
      service.metrics().fail(record);
      service.log().warn("a result of " + function.name() + " could not be sent whole", e);
      reply.drop();
    }
  }

  private void failOutside(Throwable e) {
    if (end()) {
      service.metrics().fail(record);
      service.log().error("a call of " + function.name() + " failed outside the function", e);
      reply.send(500, Json.error("the call failed outside the function"));
    }
  }

  private String place() {
    return "result of " + function.name();
  }

  private synchronized boolean begin() {
    if (state != State.WAITING) {
      return false;
    }
    state = State.RUNNING;
    runner = Thread.currentThread();
    return true;
  }

  /** Whether the answer may go out. What the body held is free before its sender can go on. */
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

  /** From here on an interrupt would hit something else that this thread does. */
  private void release() {
    synchronized (this) {
      runner = null;
    }
    // One that was meant for this call, too late.
    boolean interrupted = Thread.interrupted();
    if (interrupted && !ended()) {
      service.log().debug(function.name() + " left its thread interrupted");
    }
  }
}
