package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.wire.WireCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens an answer's stream of elements. For one call. */
final class StreamReader implements AnswerReader<EventStream> {
  private final CallContext context;
  private final WireCodec codec;
  private final RemoteFunction function;
  private final String location;
  private final CallOptions options;
  private final long start;
  private final CallSite site;

  /**
   * Creates a reader.
   *
   * @param location what is read, for messages
   * @param site where the call was made
   */
  StreamReader(
      CallContext context,
      WireCodec codec,
      RemoteFunction function,
      String location,
      CallOptions options,
      CallSite site) {
    this.site = site;
    this.context = context;
    this.codec = codec;
    this.function = function;
    this.location = "element of the " + location;
    this.options = options;
    this.start = context.timing().nanoTime();
  }

  @Override
  public EventStream read(Answer answer) {
    EventStream.Reporter reporter =
        new EventStream.Reporter() {
          @Override
          public RuntimeException remote(RemoteFailure failure) {
            return marked(
                context.failures().exception(failure.error(), function.method(), trace(answer)));
          }

          @Override
          public WorkerLostException lost(Throwable cause) {
            return marked(
                new WorkerLostException(true, CallProgress.describe(cause), trace(answer), cause));
          }

          @Override
          public CallTimeoutException timeout(Throwable cause) {
            return marked(
                new CallTimeoutException(
                    "workerTimeout",
                    Duration.ofNanos(context.timeouts().workerNanos(options)),
                    "the stream's next element",
                    "",
                    trace(answer),
                    cause));
          }
        };
    return new EventStream(
        context.transport(),
        answer,
        in -> codec.readEvent(in, function.resultType(), location),
        reporter,
        context.timeouts().workerNanos(options),
        function.name(),
        context.inFlight());
  }

  /** A stream fails on its consumer's thread, a publisher on one of the transport's. */
  private <E extends CallException> E marked(E failure) {
    if (function.kind() == ResultKind.STREAM) {
      site.markHere(failure);
    } else {
      site.mark(failure);
    }
    return failure;
  }

  private CallException.Trace trace(Answer answer) {
    return new CallException.Trace(
        function.name(),
        answer.attempt(),
        Duration.ofNanos(context.timing().nanoTime() - start),
        answer.route().worker());
  }

  @Override
  public boolean keepsReading() {
    return true;
  }

  @Override
  public void discard(@Nullable EventStream stream) {
    if (stream != null) {
      stream.close();
    }
  }
}
