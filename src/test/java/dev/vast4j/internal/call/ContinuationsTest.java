package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.docs.Proves;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContinuationsTest {
  private static final int MANY = 200;

  private static final Reply OK = Reply.json("{\"result\":{\"ok\":25}}");

  private final CountDownLatch release = new CountDownLatch(1);

  /** Holds answers back: what is attached to a finished future runs on the attaching thread. */
  private final CountDownLatch attached = new CountDownLatch(1);

  @AfterEach
  void unblock() {
    release.countDown();
  }

  private void block() {
    await(release);
  }

  private Reply answer() {
    await(attached);
    return OK;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "what a program attached to 200 futures blocks for ever",
      outcome = "further calls are made and answered")
  void blockedContinuationsHoldUpNoCalls() throws Exception {
    try (FakeVast vast = new FakeVast(request -> answer())) {
      Sums sums = vast.remote(Sums.class, FakeVast.OPTIONS);
      CountDownLatch blocked = new CountDownLatch(MANY);
      for (int i = 0; i < MANY; i++) {
        var unused =
            sums.square(5)
                .thenAccept(
                    value -> {
                      blocked.countDown();
                      block();
                    });
      }
      attached.countDown();
      assertThat(blocked.await(50, TimeUnit.SECONDS)).isTrue();
      List<CompletableFuture<Integer>> further = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        further.add(sums.square(5).thenApply(value -> value + 1));
      }
      for (CompletableFuture<Integer> each : further) {
        assertThat(each.get(50, TimeUnit.SECONDS)).isEqualTo(26);
      }
      assertThat(sums.squareNow(5)).isEqualTo(25);
    }
  }

  @Test
  void aWaitingCallerDoesNotWaitForContinuations() throws Exception {
    try (FakeVast vast = new FakeVast(request -> answer())) {
      Sums sums = vast.remote(Sums.class, FakeVast.OPTIONS);
      CompletableFuture<Integer> joined = sums.square(5);
      CompletableFuture<Integer> got = sums.square(5);
      var unused = joined.thenAccept(value -> block());
      var unusedToo = got.thenAccept(value -> block());
      attached.countDown();
      assertThat(joined.join()).isEqualTo(25);
      assertThat(joined).isDone();
      assertThat(got.get(50, TimeUnit.SECONDS)).isEqualTo(25);
      assertThat(got.get()).isEqualTo(25);
    }
  }

  @Test
  void continuationsOfFailuresRunOnThreadsOfTheirOwn() throws Exception {
    try (FakeVast vast = new FakeVast(request -> OK)) {
      vast.router = request -> FakeVast.waiting();
      Sums sums = vast.remote(Sums.class, FakeVast.OPTIONS.timeout(Duration.ofSeconds(3)));
      CompletableFuture<String> thread =
          sums.square(5).handle((value, failure) -> Thread.currentThread().getName());
      assertThat(thread.get(50, TimeUnit.SECONDS)).startsWith("vast4j-continuation-");
    }
  }

  @Test
  void endingTheFutureEndsTheCall() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (FakeVast vast =
        new FakeVast(
            request -> {
              gone.countDown();
              block();
              return OK;
            })) {
      CompletableFuture<Integer> future = vast.remote(Sums.class, FakeVast.OPTIONS).square(5);
      assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(future.cancel(true)).isTrue();
      assertThat(future).isCancelled();
      release.countDown();
    }
  }
}
