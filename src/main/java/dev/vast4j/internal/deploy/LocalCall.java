package dev.vast4j.internal.deploy;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.call.RemoteFailures;
import dev.vast4j.internal.function.Instances;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.wire.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One call of a function in this process. It fails as a call on a worker does. */
final class LocalCall {
  private final Bindings bindings;
  private final RemoteFunction function;
  private final Object target;
  private final long start = System.nanoTime();

  LocalCall(Bindings bindings, RemoteFunction function, Object target) {
    this.bindings = bindings;
    this.function = function;
    this.target = target;
  }

  /** Runs the function. */
  @FunctionalInterface
  interface Body {
    @Nullable Object run() throws Throwable;
  }

  /** Returns what the method returns; throws what its proxy throws on a worker's failure. */
  @SuppressWarnings("FutureReturnValueIgnored") // the caller gets the future
  @Nullable Object run(Body body) throws Throwable {
    Object result;
    try {
      result = body.run();
      if (function.kind() == ResultKind.VALUE) {
        return result;
      }
      if (result == null) {
        throw new NullPointerException(
            function.name() + " returned null instead of what it declares");
      }
    } catch (Throwable e) { // errors too are a function's result
      return failed(e);
    }
    if (result instanceof CompletableFuture<?> future) {
      return future(future);
    }
    return result instanceof Stream<?> stream
        ? stream(stream)
        : publisher((Flow.Publisher<?>) result);
  }

  private Object failed(Throwable thrown) throws Throwable {
    RemoteExecutionException failure = failure(thrown);
    return switch (function.kind()) {
      case VALUE -> throw RemoteFailures.declared(failure, function.method());
      case FUTURE -> CompletableFuture.failedFuture(failure);
      case STREAM ->
          Stream.generate(
              () -> {
                throw failure;
              });
      case PUBLISHER ->
          (Flow.Publisher<Object>)
              subscriber -> {
                subscriber.onSubscribe(new NoSubscription());
                subscriber.onError(failure);
              };
    };
  }

  /**
   * Sends the exception over the wire's form, so that nothing arrives that a worker's would not.
   */
  private RemoteExecutionException failure(Throwable thrown) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Outcome outcome;
    try {
      bindings.codec().writeFailure(sent, Instances.thrown(thrown, target));
      outcome =
          bindings
              .codec()
              .readOutcome(
                  new ByteArrayInputStream(sent.toByteArray()),
                  void.class,
                  "result of '" + function.name() + "'");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RemoteFailures(bindings.exceptions())
        .exception(
            ((Outcome.Err) outcome).error(),
            function.method(),
            new CallException.Trace(
                function.name(), 1, Duration.ofNanos(System.nanoTime() - start), null));
  }

  private <T> CompletableFuture<T> future(CompletableFuture<T> source) {
    CompletableFuture<T> result = new CompletableFuture<>();
    // Unlike whenComplete, handle does not wrap the exception, which calls its methods.
    var unused =
        source.handle(
            (value, thrown) ->
                thrown == null
                    ? result.complete(value)
                    : result.completeExceptionally(failure(unwrapped(thrown))));
    var unusedToo =
        result.whenComplete(
            (value, thrown) -> {
              if (thrown instanceof CancellationException) {
                source.cancel(true);
              }
            });
    return result;
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
    return cause == null ? thrown : unwrapped(cause);
  }

  private <T> Stream<T> stream(Stream<T> source) {
    Spliterator<T> elements = source.spliterator();
    return StreamSupport.stream(
            new Spliterators.AbstractSpliterator<T>(Long.MAX_VALUE, Spliterator.ORDERED) {
              private @Nullable T next;

              @Override
              @SuppressWarnings("NullAway") // an element may be null
              public boolean tryAdvance(Consumer<? super T> action) {
                try {
                  if (!elements.tryAdvance(element -> next = element)) {
                    return false;
                  }
                } catch (Throwable e) { // errors too are a function's result
                  throw failure(e);
                }
                action.accept(next); // what this throws is the caller's
                return true;
              }
            },
            false)
        .onClose(source::close);
  }

  private <T> Flow.Publisher<T> publisher(Flow.Publisher<T> source) {
    return subscriber ->
        source.subscribe(
            new Flow.Subscriber<T>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(subscription);
              }

              @Override
              public void onNext(T element) {
                subscriber.onNext(element);
              }

              @Override
              public void onError(Throwable thrown) {
                subscriber.onError(failure(thrown));
              }

              @Override
              public void onComplete() {
                subscriber.onComplete();
              }
            });
  }

  /** Of a publisher that has failed. */
  private static final class NoSubscription implements Flow.Subscription {
    @Override
    public void request(long n) {
      // nothing comes
    }

    @Override
    public void cancel() {
      // nothing runs
    }
  }
}
