package dev.vast4j.internal.call;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A streamed function as a publisher. Each subscriber has a call of its own, which starts when it
 * first requests elements; only requested elements are read from the connection.
 */
final class StreamPublisher implements Flow.Publisher<Object> {
  private final Supplier<CompletableFuture<EventStream>> call;
  private final Executor executor;

  /**
   * Creates the publisher.
   *
   * @param call starts a call without blocking
   * @param executor reads elements and runs the subscribers
   */
  StreamPublisher(Supplier<CompletableFuture<EventStream>> call, Executor executor) {
    this.call = call;
    this.executor = executor;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Object> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    subscriber.onSubscribe(new Subscription(subscriber));
  }

  private final class Subscription implements Flow.Subscription {
    private final Flow.Subscriber<? super Object> subscriber;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> wrongRequest = new AtomicReference<>();
    private volatile boolean done;
    private volatile @Nullable CompletableFuture<EventStream> opening;

    Subscription(Flow.Subscriber<? super Object> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (done) {
        return;
      }
      if (n <= 0) {
        wrongRequest.compareAndSet(
            null,
            new IllegalArgumentException("requested " + n + " elements; request more than 0"));
      } else {
        wanted.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      if (started.compareAndSet(false, true)) {
        open();
      }
      signal();
    }

    private void open() {
      CompletableFuture<EventStream> future;
      try {
        future = call.get();
      } catch (Throwable e) {
        future = CompletableFuture.failedFuture(e);
      }
      opening = future;
      Futures.onDone(future, failure -> signal());
      if (done) {
        close();
      }
    }

    @Override
    public void cancel() {
      done = true;
      close();
    }

    private void close() {
      CompletableFuture<EventStream> future = opening;
      if (future != null && !future.cancel(true) && !future.isCompletedExceptionally()) {
        future.join().close();
      }
    }

    /** Delivers elements, on one thread at a time. */
    private void signal() {
      if (signals.getAndIncrement() == 0) {
        try {
          executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
          fail(Cancellations.closed());
        }
      }
    }

    private void drain() {
      int seen = signals.get();
      do {
        handOver();
        seen = signals.addAndGet(-seen);
      } while (seen != 0);
    }

    private void handOver() {
      Throwable wrong = wrongRequest.get();
      if (!done && wrong != null) {
        fail(wrong);
        return;
      }
      CompletableFuture<EventStream> future = opening;
      if (done || future == null || !future.isDone()) {
        return;
      }
      EventStream stream;
      try {
        stream = future.join();
      } catch (CompletionException e) {
        fail(e.getCause() == null ? e : e.getCause());
        return;
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      try {
        while (!done && wanted.get() > 0 && wrongRequest.get() == null) {
          EventStream.Element element = stream.next();
          if (done) {
            return;
          }
          if (element == null) {
            done = true;
            subscriber.onComplete();
            return;
          }
          Object value = element.value();
          if (value == null) {
            throw new NullPointerException("the function's stream contains null");
          }
          if (wanted.get() != Long.MAX_VALUE) {
            wanted.decrementAndGet();
          }
          subscriber.onNext(value);
        }
      } catch (Throwable e) {
        // From the stream, or from a subscriber that broke the contract: both end the subscription.
        // Errors too: nobody else would tell the subscriber.
        fail(e);
      }
    }

    private void fail(Throwable failure) {
      if (!done) {
        done = true;
        close();
        subscriber.onError(failure);
      }
    }
  }
}
