package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.wire.WireCodec;
import java.time.Duration;

/** Opens the stream of an answer's elements. For one call. */
final class StreamReader implements AnswerReader<EventStream> {
  private final Transport transport;
  private final WireCodec codec;
  private final RemoteFailures failures;
  private final RemoteFunction function;
  private final String place;
  private final CallPolicy policy;
  private final long start;

  /**
   * Makes a reader.
   *
   * @param place what is read, for messages
   */
  StreamReader(
      Transport transport,
      WireCodec codec,
      RemoteFailures failures,
      RemoteFunction function,
      String place,
      CallPolicy policy) {
    this.transport = transport;
    this.codec = codec;
    this.failures = failures;
    this.function = function;
    this.place = "element of the " + place;
    this.policy = policy;
    this.start = transport.timing().nanoTime();
  }

  @Override
  public EventStream read(Answer answer) {
    EventStream.Reporter reporter =
        new EventStream.Reporter() {
          @Override
          public RuntimeException remote(RemoteFailure failure) {
            return failures.exception(failure.error(), function.method(), trace(answer));
          }

          @Override
          public WorkerLostException lost(Throwable cause) {
            return new WorkerLostException(true, trace(answer), cause);
          }

          @Override
          public CallTimeoutException timeout(Throwable cause) {
            return new CallTimeoutException("the stream's next element", trace(answer), cause);
          }
        };
    return new EventStream(
        transport,
        answer,
        in -> codec.readEvent(in, function.resultType(), place),
        reporter,
        Timing.nanos(policy.workerTimeout()),
        function.name());
  }

  private CallException.Trace trace(Answer answer) {
    return new CallException.Trace(
        function.name(),
        answer.attempt(),
        Duration.ofNanos(transport.timing().nanoTime() - start),
        answer.route().worker());
  }

  @Override
  public boolean keepsReading() {
    return true;
  }
}
