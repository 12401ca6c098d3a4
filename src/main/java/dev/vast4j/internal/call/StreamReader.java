package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.wire.VersionIdentity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens an answer's stream of elements. For one call. */
final class StreamReader implements AnswerReader<EventStream> {
  private final CallContext context;
  private final CallSpec spec;
  private final boolean pulled;
  private final CallSite site;
  private final Opening opening;
  private final long start;

  /**
   * Creates a reader.
   *
   * @param pulled whether the caller's threads read the elements, instead of the transport's
   * @param site where the call was made
   * @param opening opens the stream
   */
  StreamReader(CallContext context, CallSpec spec, boolean pulled, CallSite site, Opening opening) {
    this.context = context;
    this.spec = spec;
    this.pulled = pulled;
    this.site = site;
    this.opening = opening;
    this.start = context.timing().nanoTime();
  }

  /** Opens the stream of an answer that has begun. */
  @FunctionalInterface
  interface Opening {
    EventStream open(Answer answer, EventStream.Reporter reporter, long elementNanos);
  }

  @Override
  public EventStream read(Answer answer) {
    EventStream.Reporter reporter =
        new EventStream.Reporter() {
          @Override
          public RuntimeException remote(RemoteFailure failure) {
            return marked(
                context.failures().exception(failure.error(), spec.method(), trace(answer)));
          }

          @Override
          public WorkerLostException lost(Throwable cause) {
            return marked(
                new WorkerLostException(true, CallProgress.describe(cause), trace(answer), cause));
          }

          @Override
          public CallTimeoutException timeout() {
            return marked(
                new CallTimeoutException(
                    "workerTimeout",
                    Duration.ofNanos(context.timeouts().workerNanos(spec.options())),
                    "the stream's next element",
                    "",
                    trace(answer),
                    null));
          }
        };
    return opening.open(answer, reporter, context.timeouts().workerNanos(spec.options()));
  }

  /** A stream fails on its consumer's thread, a publisher on one of the transport's. */
  private <E extends CallException> E marked(E failure) {
    if (pulled) {
      site.markHere(failure);
    } else {
      site.mark(failure);
    }
    return failure;
  }

  private CallException.Trace trace(Answer answer) {
    return new CallException.Trace(
        spec.function(),
        answer.attempt(),
        Duration.ofNanos(context.timing().nanoTime() - start),
        answer.route().worker(),
        VersionIdentity.parse(answer.response().header(VersionIdentity.HEADER)),
        context.version().own());
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
