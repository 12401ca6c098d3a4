package dev.vast4j.worker;

import dev.vast4j.internal.function.Instances;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over what a publisher publishes. For one thread; requests only a few elements more than
 * that thread has taken. An interrupt ends the wait for an element.
 */
final class PublishedElements implements Iterator<Object>, AutoCloseable {
  private static final int AHEAD = 16;

  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final Flow.Subscription subscription;
  private @Nullable Signal next;
  private int taken;

  private sealed interface Signal {}

  private record Subscribed(Flow.Subscription subscription) implements Signal {}

  private record Element(Object value) implements Signal {}

  private record Failed(Throwable failure) implements Signal {}

  private record Completed() implements Signal {}

  /** Subscribes; blocks until {@code onSubscribe}. Throws the error signalled instead, if any. */
  PublishedElements(Flow.Publisher<?> publisher) throws Exception {
    publisher.subscribe(
        new Flow.Subscriber<Object>() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            signals.add(new Subscribed(given));
          }

          @Override
          public void onNext(Object element) {
            signals.add(new Element(element));
          }

          @Override
          public void onError(Throwable failure) {
            signals.add(new Failed(failure));
          }

          @Override
          public void onComplete() {
            signals.add(new Completed());
          }
        });
    Signal first = signals.take();
    if (first instanceof Subscribed subscribed) {
      subscription = subscribed.subscription();
      subscription.request(AHEAD);
      return;
    }
    if (first instanceof Failed failed) {
      throw Instances.<RuntimeException>sneaked(failed.failure());
    }
    throw new IllegalStateException("the publisher signals before onSubscribe");
  }

  @Override
  public boolean hasNext() {
    Signal signal = next;
    if (signal == null) {
      try {
        signal = signals.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for the publisher");
      }
      next = signal;
    }
    if (signal instanceof Failed failed) {
      throw Instances.<RuntimeException>sneaked(failed.failure());
    }
    return signal instanceof Element;
  }

  @Override
  public Object next() {
    if (!hasNext() || !(next instanceof Element element)) {
      throw new NoSuchElementException();
    }
    next = null;
    if (++taken == AHEAD / 2) {
      subscription.request(taken);
      taken = 0;
    }
    return element.value();
  }

  @Override
  public void close() {
    subscription.cancel();
  }
}
