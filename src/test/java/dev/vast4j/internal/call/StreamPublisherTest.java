package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StreamPublisherTest {
  @Test
  void anErrorReachesTheSubscriber() {
    for (boolean later : new boolean[] {true, false}) {
      AtomicReference<Throwable> end = new AtomicReference<>();
      new StreamPublisher(
              () -> {
                if (later) {
                  return CompletableFuture.failedFuture(new StackOverflowError("x"));
                }
                throw new StackOverflowError("x");
              },
              Runnable::run)
          .subscribe(
              new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                  subscription.request(1);
                }

                @Override
                public void onNext(Object item) {}

                @Override
                public void onError(Throwable failure) {
                  end.set(failure);
                }

                @Override
                public void onComplete() {}
              });
      assertThat(end.get()).isInstanceOf(StackOverflowError.class);
    }
  }
}
