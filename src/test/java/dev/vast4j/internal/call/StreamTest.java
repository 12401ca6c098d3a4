package dev.vast4j.internal.call;

import static dev.vast4j.internal.call.FakeVast.timeouts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vast4j.CallOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.ScriptedServer.Connection;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamTest {
  private static void begin(Connection connection) throws IOException {
    connection.head(
        200, "Content-Type: text/event-stream; charset=utf-8", "Transfer-Encoding: chunked");
  }

  private static Reply events(int count) {
    return connection -> {
      begin(connection);
      for (int i = 1; i <= count; i++) {
        connection.chunk("data: {\"ok\": " + i + "}\n\n");
      }
      connection.lastChunk();
      return true;
    };
  }

  /** Sends one event, then waits for the client to close. */
  private static Reply oneThenSilence() {
    return connection -> {
      begin(connection);
      connection.chunk("data: {\"ok\": 1}\n\n");
      connection.awaitGone();
      return false;
    };
  }

  @Test
  void streamReturnsElementsAsTheyArrive() {
    Reply untidy =
        connection -> {
          begin(connection);
          connection.chunk(": keep alive\n\nevent: x\nid: 3\nda");
          connection.chunk("ta:{\"ok\":1}\r\n\r\n\ndata:\n\n");
          connection.chunk("data:   {\"ok\": 2}\n\ndata: {\"ok\":3}");
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> untidy)) {
      Sums sums = vast.remote(Sums.class);
      for (int i = 0; i < 3; i++) {
        try (Stream<Integer> elements = sums.count(3)) {
          assertThat(elements).containsExactly(1, 2, 3);
        }
      }
      assertThat(vast.worker.connections()).as("reused when read to the end").isEqualTo(1);
      assertThat(vast.calls().get(0).path()).isEqualTo("/remote/count");
    }
  }

  @Test
  void streamIsPulledElementByElement() throws Exception {
    BlockingQueue<Integer> allowed = new LinkedBlockingQueue<>();
    Reply stepwise =
        connection -> {
          begin(connection);
          for (int i = 1; i <= 3; i++) {
            allowed.take();
            connection.chunk("data: {\"ok\": " + i + "}\n\n");
          }
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> stepwise)) {
      try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
        Iterator<Integer> each = elements.iterator();
        for (int i = 1; i <= 3; i++) {
          allowed.add(i);
          assertThat(each.next()).isEqualTo(i);
        }
        assertThat(each.hasNext()).isFalse();
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "closes a stream early",
      of = "stream",
      outcome = "connection closed")
  void closingAStreamEarlyClosesTheConnection() throws Exception {
    try (FakeVast vast = new FakeVast(request -> oneThenSilence())) {
      Stream<Integer> elements = vast.remote(Sums.class).count(3);
      assertThat(elements.iterator().next()).isEqualTo(1);
      elements.close();
      assertThat(vast.worker.awaitGone(1)).isTrue();
    }
  }

  @Test
  void slowConsumerStopsTheSender() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch began = new CountDownLatch(1);
    String padding = "x".repeat(60_000);
    Reply endless =
        connection -> {
          begin(connection);
          while (true) {
            connection.chunk("data: {\"ok\": 1}\n: " + padding + "\n\n");
            sent.incrementAndGet();
            began.countDown();
          }
        };
    try (FakeVast vast = new FakeVast(request -> endless)) {
      try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
        Iterator<Integer> each = elements.iterator();
        assertThat(each.next()).isEqualTo(1);
        assertThat(began.await(5, TimeUnit.SECONDS)).isTrue();
        // Once the socket buffers are full the sender blocks and its count stands still.
        int before;
        do {
          before = sent.get();
          java.util.concurrent.locks.LockSupport.parkNanos(300_000_000);
        } while (sent.get() != before);
        assertThat((long) before * padding.length()).isLessThan(64L << 20);
        for (int i = 0; i < before + 20; i++) {
          each.next();
        }
        assertThat(sent.get()).isGreaterThan(before);
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "the function throws between two elements",
      of = "stream",
      outcome = "the elements sent so far, then `RemoteExecutionException`")
  void failureOfTheFunctionEndsTheStream() throws Exception {
    ByteArrayOutputStream failed = new ByteArrayOutputStream();
    dev.vast4j.internal.wire.WireCodec.standard()
        .writeFailureEvent(failed, new IllegalStateException("out of paper"));
    Reply failing =
        connection -> {
          begin(connection);
          connection.chunk("data: {\"ok\": 1}\n\n");
          connection.chunk(
              "data: " + failed.toString(java.nio.charset.StandardCharsets.UTF_8) + "\n\n");
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> failing)) {
      List<Integer> seen = new ArrayList<>();
      try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
        assertThatThrownBy(() -> elements.forEach(seen::add))
            .isInstanceOf(RemoteExecutionException.class)
            .hasMessageContaining("out of paper");
      }
      assertThat(seen).containsExactly(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "disappears between two elements",
      of = "stream",
      outcome = "the elements sent so far, then `WorkerLostException`")
  void brokenStreamFailsWithWorkerLost() {
    Reply broken =
        connection -> {
          begin(connection);
          connection.chunk("data: {\"ok\": 1}\n\n");
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> broken)) {
      List<Integer> seen = new ArrayList<>();
      try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
        assertThatThrownBy(() -> elements.forEach(seen::add))
            .isInstanceOf(WorkerLostException.class)
            .hasMessageContaining("'count'");
      }
      assertThat(seen).containsExactly(1);
      assertThat(vast.calls()).as("elements may have been seen").hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "sends an endless element",
      of = "stream",
      outcome = "`DecodingException` that names the limit, connection closed")
  void rejectsAnEndlessElement() throws Exception {
    String megabyte = "x".repeat(1 << 20);
    Reply endless =
        connection -> {
          begin(connection);
          connection.chunk("data: \"");
          for (int i = 0; i < 256; i++) {
            connection.chunk(megabyte);
          }
          connection.awaitGone();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> endless)) {
      try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
        assertThatThrownBy(() -> elements.forEach(element -> {}))
            .isInstanceOf(DecodingException.class)
            .hasMessageContaining("'count'")
            .hasMessageContaining("268435456 bytes, which is the limit");
      }
      assertThat(vast.worker.awaitGone(1)).isTrue();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "hangs between two elements",
      of = "stream",
      outcome = "`CallTimeoutException`")
  void missingElementTimesOut() throws Exception {
    try (FakeVast vast = new FakeVast(request -> oneThenSilence())) {
      CallOptions policy = timeouts(Duration.ofMinutes(1), Duration.ofMillis(300));
      try (Stream<Integer> elements = vast.remote(Sums.class, policy).count(3)) {
        assertThatThrownBy(() -> elements.forEach(element -> {}))
            .isInstanceOf(CallTimeoutException.class)
            .hasMessageContaining("next element");
      }
      assertThat(vast.worker.awaitGone(1)).isTrue();
    }
  }

  @Test
  void slowConsumerDoesNotTimeOut() {
    try (FakeVast vast = new FakeVast(request -> events(3))) {
      CallOptions policy = timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));
      try (Stream<Integer> elements = vast.remote(Sums.class, policy).count(3)) {
        Iterator<Integer> each = elements.iterator();
        for (int i = 1; i <= 3; i++) {
          assertThat(each.next()).isEqualTo(i);
          vast.timing.advance(Duration.ofMinutes(10));
          java.util.concurrent.locks.LockSupport.parkNanos(120_000_000); // two looks of the watch
        }
        assertThat(each.hasNext()).isFalse();
      }
    }
  }

  @Test
  void slowConsumerKeepsItsConnection() throws Exception {
    BlockingQueue<String> more = new LinkedBlockingQueue<>();
    Reply stepwise =
        connection -> {
          begin(connection);
          for (int i = 1; i <= 3; i++) {
            more.take();
            connection.chunk("data: {\"ok\": " + i + "}\n\n");
          }
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> stepwise)) {
      CallOptions policy = timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
      try (Stream<Integer> elements = vast.remote(Sums.class, policy).count(3)) {
        Iterator<Integer> each = elements.iterator();
        for (int i = 1; i <= 3; i++) {
          // Does not request yet, neither before the first element nor between two.
          vast.timing.advance(Duration.ofMinutes(10));
          java.util.concurrent.locks.LockSupport.parkNanos(120_000_000); // two looks of the watch
          more.add("one");
          assertThat(each.next()).isEqualTo(i);
        }
        assertThat(each.hasNext()).isFalse();
      }
    }
  }

  @Test
  void failedStreamClosesItself() throws Exception {
    Reply failing =
        connection -> {
          begin(connection);
          connection.chunk("data: {\"ok\": \"no number\"}\n\n");
          connection.awaitGone();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> failing)) {
      Stream<Integer> elements = vast.remote(Sums.class).count(3);
      Iterator<Integer> each = elements.iterator();
      assertThatThrownBy(each::next).isInstanceOf(DecodingException.class);
      assertThat(vast.worker.awaitGone(1)).isTrue();
      assertThat(each.hasNext()).isFalse();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "its caller is interrupted",
      of = "stream",
      outcome = "`CancellationException`, connection closed")
  void interruptEndsReading() throws Exception {
    try (FakeVast vast = new FakeVast(request -> oneThenSilence())) {
      CountDownLatch first = new CountDownLatch(1);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                try (Stream<Integer> elements = vast.remote(Sums.class).count(3)) {
                  failure.set(catchThrowable(() -> elements.forEach(element -> first.countDown())));
                }
              });
      reader.start();
      assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();
      reader.interrupt();
      assertThat(vast.worker.awaitGone(1)).isTrue();
      reader.join(5000);
      assertThat(failure.get()).isInstanceOf(java.util.concurrent.CancellationException.class);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "fails before the first element",
      of = "stream",
      outcome = "handled like any call")
  void streamStartIsRetriedLikeAnyCall() {
    AtomicInteger calls = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(request -> calls.getAndIncrement() == 0 ? Reply.json(503, "{}") : events(2))) {
      assertThat(vast.remote(Sums.class).count(2)).containsExactly(1, 2);
    }
    try (FakeVast vast = new FakeVast(request -> Reply.json(422, "{}"))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).count(2))
          .isInstanceOf(CallRefusedException.class);
    }
    try (FakeVast vast = new FakeVast(request -> Reply.json("{\"result\":{\"ok\":[1]}}"))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).count(2))
          .isInstanceOf(UnexpectedAnswerException.class);
    }
  }

  private static class Collector implements Flow.Subscriber<Integer> {
    final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
    volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      signals.add("subscribed");
    }

    @Override
    public void onNext(Integer element) {
      signals.add(element);
    }

    @Override
    public void onError(Throwable failure) {
      signals.add(failure);
    }

    @Override
    public void onComplete() {
      signals.add("complete");
    }

    Object next() throws InterruptedException {
      return signals.poll(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void publisherIsColdAndHonoursDemand() throws Exception {
    try (FakeVast vast = new FakeVast(request -> events(3))) {
      Flow.Publisher<Integer> publisher = vast.remote(Sums.class).publish(3);
      Collector one = new Collector();
      publisher.subscribe(one);
      assertThat(one.next()).isEqualTo("subscribed");
      assertThat(vast.calls()).isEmpty();
      one.subscription.request(1);
      assertThat(one.next()).isEqualTo(1);
      assertThat(one.signals.poll(200, TimeUnit.MILLISECONDS)).isNull();
      one.subscription.request(1);
      one.subscription.request(Long.MAX_VALUE);
      assertThat(List.of(one.next(), one.next(), one.next())).containsExactly(2, 3, "complete");

      Collector two = new Collector();
      publisher.subscribe(two);
      two.next();
      two.subscription.request(10);
      assertThat(List.of(two.next(), two.next(), two.next(), two.next()))
          .containsExactly(1, 2, 3, "complete");
      assertThat(vast.calls()).hasSize(2);
    }
  }

  @Test
  void cancellingASubscriptionClosesTheConnection() throws Exception {
    try (FakeVast vast = new FakeVast(request -> oneThenSilence())) {
      Collector one = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(one);
      one.next();
      one.subscription.request(5);
      assertThat(one.next()).isEqualTo(1);
      one.subscription.cancel();
      one.subscription.request(1);
      assertThat(vast.worker.awaitGone(1)).isTrue();
      assertThat(one.signals.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void publisherReportsFailures() throws Exception {
    try (FakeVast vast = new FakeVast(request -> Reply.json(422, "{}"))) {
      Collector refused = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(refused);
      refused.next();
      refused.subscription.request(1);
      assertThat(refused.next()).isInstanceOf(CallRefusedException.class);

      Collector wrong = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(wrong);
      wrong.next();
      wrong.subscription.request(0);
      assertThat(wrong.next()).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void demandDoesNotOverflow() throws Exception {
    try (FakeVast vast = new FakeVast(request -> events(5))) {
      Collector one = new Collector();
      vast.remote(Sums.class).publish(5).subscribe(one);
      one.next();
      one.subscription.request(1);
      one.subscription.request(1);
      assertThat(List.of(one.next(), one.next())).containsExactly(1, 2);
      assertThat(one.signals.poll(200, TimeUnit.MILLISECONDS)).isNull();
      one.subscription.request(Long.MAX_VALUE);
      one.subscription.request(Long.MAX_VALUE);
      assertThat(List.of(one.next(), one.next(), one.next(), one.next()))
          .containsExactly(3, 4, 5, "complete");
    }
  }

  @Test
  void throwingSubscriberClosesTheConnection() throws Exception {
    try (FakeVast vast = new FakeVast(request -> oneThenSilence())) {
      Collector one =
          new Collector() {
            @Override
            public void onNext(Integer element) {
              throw new IllegalStateException("cannot take " + element);
            }
          };
      vast.remote(Sums.class).publish(3).subscribe(one);
      one.next();
      one.subscription.request(3);
      assertThat(one.next())
          .isInstanceOfSatisfying(
              IllegalStateException.class, e -> assertThat(e).hasMessage("cannot take 1"));
      assertThat(vast.worker.awaitGone(1)).isTrue();
      one.subscription.request(1);
      assertThat(one.signals.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void publisherRejectsNullElements() throws Exception {
    Reply nothing =
        connection -> {
          begin(connection);
          connection.chunk("data: {\"ok\": null}\n\n");
          connection.awaitGone();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> nothing)) {
      Collector one = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(one);
      one.next();
      one.subscription.request(3);
      assertThat(one.next())
          .isInstanceOfSatisfying(
              NullPointerException.class, e -> assertThat(e).hasMessageContaining("null"));
      assertThat(vast.worker.awaitGone(1)).isTrue();
    }
  }

  @Test
  void invalidRequestEndsTheStream() throws Exception {
    try (FakeVast vast = new FakeVast(request -> events(3))) {
      Collector one = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(one);
      one.next();
      one.subscription.request(1);
      assertThat(one.next()).isEqualTo(1);
      one.subscription.request(-1);
      assertThat(one.next())
          .isInstanceOfSatisfying(
              IllegalArgumentException.class, e -> assertThat(e).hasMessageContaining("-1"));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // what the test is about
  void publisherRejectsNullSubscriber() {
    try (FakeVast vast = new FakeVast(request -> events(3))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).publish(3).subscribe(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("subscriber");
    }
  }

  @Test
  void closedConnectionFailsTheSubscriber() throws Exception {
    try (FakeVast vast = new FakeVast(request -> events(3))) {
      Collector one = new Collector();
      vast.remote(Sums.class).publish(3).subscribe(one);
      one.next();
      vast.connection.close();
      one.subscription.request(1);
      assertThat(one.next()).isInstanceOf(java.util.concurrent.CancellationException.class);
      assertThat(vast.calls()).isEmpty();
    }
  }
}
