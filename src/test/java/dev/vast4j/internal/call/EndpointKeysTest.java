package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EndpointKeysTest {
  private static FakeVast vast() {
    return new FakeVast(request -> Reply.json("{\"result\":{\"ok\":25}}"));
  }

  private static int reads(FakeVast vast) {
    return vast.service.requests(FakeVast.ENDPOINT).size();
  }

  private static EndpointKey loaded(EndpointKeys keys) throws Exception {
    return keys.load().get(10, TimeUnit.SECONDS);
  }

  @Test
  void returnsTheKnownKeyUntilItIsTooOld() throws Exception {
    try (FakeVast vast = vast()) {
      EndpointKeys keys = vast.context().keys();
      assertThat(keys.current()).isNull();
      EndpointKey key = loaded(keys);
      assertThat(key.key()).isEqualTo(FakeVast.ENDPOINT_KEY);
      assertThat(keys.current()).isSameAs(key);
      vast.timing.advance(EndpointKeys.SOFT_AGE.minusMinutes(1));
      assertThat(keys.current()).isSameAs(key);
      assertThat(reads(vast)).isEqualTo(1);

      vast.endpoints = request -> Reply.json(500, "{}");
      vast.timing.advance(Duration.ofMinutes(2));
      assertThat(keys.current()).as("still valid while it is refreshed").isSameAs(key);
      vast.timing.advance(EndpointKeys.HARD_AGE);
      assertThat(keys.current()).isNull();
    }
  }

  @Test
  void concurrentCallersShareOneRead() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (FakeVast vast = vast()) {
      vast.endpoints =
          request -> {
            answer.await();
            return vast.endpoint();
          };
      EndpointKeys keys = vast.context().keys();
      CompletableFuture<EndpointKey> first = keys.load();
      assertThat(keys.load()).isSameAs(first);
      assertThat(first).isNotDone();
      answer.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS)).isSameAs(keys.current());
      assertThat(reads(vast)).isEqualTo(1);
    }
  }

  @Test
  void readsARefusedKeyAgainUnlessItIsFresh() throws Exception {
    try (FakeVast vast = vast()) {
      EndpointKeys keys = vast.context().keys();
      EndpointKey old = loaded(keys);
      assertThat(keys.refused(old)).as("it would be the same").isNull();

      vast.endpointKey = "rotated-key";
      vast.timing.advance(EndpointKeys.FRESH);
      CompletableFuture<EndpointKey> other = keys.refused(old);
      assertThat(other).isNotNull();
      EndpointKey rotated = other.get(10, TimeUnit.SECONDS);
      assertThat(rotated.key()).isEqualTo("rotated-key");
      assertThat(keys.current()).isSameAs(rotated);

      // Another call reports the old key late.
      assertThat(keys.refused(old)).isCompletedWithValue(rotated);
      assertThat(reads(vast)).isEqualTo(2);
    }
  }

  @Test
  void retriesAFailedRead() throws Exception {
    try (FakeVast vast = vast()) {
      EndpointKeys keys = vast.context().keys();
      vast.endpoints = request -> Reply.json(404, "{\"msg\":\"no such endpoint\"}");
      assertThatThrownBy(() -> loaded(keys)).hasCauseInstanceOf(ApiException.class);
      vast.endpoints =
          request -> Reply.json("{\"result\":{\"id\":7,\"endpoint_name\":\"a\",\"api_key\":\"\"}}");
      assertThatThrownBy(() -> loaded(keys))
          .hasCauseInstanceOf(UnexpectedAnswerException.class)
          .hasMessageContaining("api_key");
      vast.endpoints = request -> vast.endpoint();
      assertThat(loaded(keys).key()).isEqualTo(FakeVast.ENDPOINT_KEY);
    }
  }

  @Test
  void callFailsIfTheEndpointCannotBeRead() {
    try (FakeVast vast = vast()) {
      vast.endpoints = request -> Reply.json(404, "{\"msg\":\"no such endpoint\"}");
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5).join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              CallRefusedException.class, e -> assertThat(e.status()).isEqualTo(404));
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("was the deployment deleted? no such endpoint");
      assertThat(vast.routes).hasValue(0);
    }
  }

  @Test
  void closedConnectionReadsNothing() {
    try (FakeVast vast = vast()) {
      vast.connection.close();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> vast.context().keys().load().get(10, TimeUnit.SECONDS))
            .isInstanceOf(CancellationException.class);
      }
      assertThat(reads(vast)).isZero();
    }
  }
}
