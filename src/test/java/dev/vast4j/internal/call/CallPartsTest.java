package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.CallException.Trace;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.wire.CountedInput;
import dev.vast4j.observe.CallObserver.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** The small parts of a call. */
class CallPartsTest {
  private static final Trace TRACE = new Trace("f", 1, Duration.ofMillis(5), "http://w:1");
  private static final EndpointKey KEY = new EndpointKey(7, "a \"b\"", "secret-key", 0);

  private static RouteAnswer answer(String json) throws IOException {
    return RouteAnswer.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void mapsFailuresToOutcomes() {
    assertThat(Outcomes.of(null)).isEqualTo(Outcome.OK);
    assertThat(Outcomes.of(new CancellationException())).isEqualTo(Outcome.CANCELLED);
    assertThat(Outcomes.of(new TimeoutException())).isEqualTo(Outcome.TIMEOUT);
    assertThat(
            Outcomes.of(
                new CallTimeoutException("timeout", Duration.ofSeconds(1), "it", "", TRACE, null)))
        .isEqualTo(Outcome.TIMEOUT);
    assertThat(Outcomes.of(new RemoteExecutionException("E", "m", "", TRACE, null)))
        .isEqualTo(Outcome.REMOTE_ERROR);
    assertThat(Outcomes.of(new WorkerLostException(true, "", TRACE, null))).isEqualTo(Outcome.LOST);
    assertThat(Outcomes.of(new WorkerLostException(false, "", TRACE, null)))
        .isEqualTo(Outcome.NOT_SENT);
    assertThat(Outcomes.of(new WorkerBusyException("", TRACE, null))).isEqualTo(Outcome.BUSY);
    assertThat(Outcomes.of(new CallRefusedException(422, "no", TRACE, null)))
        .isEqualTo(Outcome.REFUSED);
    assertThat(Outcomes.of(new SessionClosedException("id", TRACE, null)))
        .isEqualTo(Outcome.SESSION_CLOSED);
    assertThat(Outcomes.of(new IllegalStateException())).isEqualTo(Outcome.FAILED);
  }

  @Test
  void routeKeepsThePathOfTheWorkersUrl() {
    for (String base : new String[] {"http://w:1/base", "http://w:1/base/"}) {
      Route route = new Route(HttpUrl.get(base), new byte[] {1}, KEY);
      assertThat(route.to("/remote/f")).hasToString("http://w:1/base/remote/f");
      assertThat(route.worker()).isEqualTo("http://w:1/base");
      assertThat(route).hasToString("route to http://w:1/base");
    }
    Route root = new Route(HttpUrl.get("https://w:1"), new byte[] {1}, KEY);
    assertThat(root.to("/remote/f")).hasToString("https://w:1/remote/f");
    assertThat(root.worker()).isEqualTo("https://w:1");
  }

  @Test
  void shortensPausesToTheTimeLeft() {
    Pause second = Pause.of(Duration.ofSeconds(1));
    assertThat(second.atMost(2_000_000_000L)).isSameAs(second);
    assertThat(second.atMost(1_000_000_000L)).isSameAs(second);
    assertThat(second.atMost(5)).isEqualTo(Pause.of(Duration.ofNanos(5)));
    Pause until = Pause.until(new CompletableFuture<>());
    assertThat(until.atMost(0)).isSameAs(until);
  }

  @Test
  void hugeDurationsDoNotOverflow() {
    assertThat(Timing.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(Timing.nanos(Duration.ofDays(36500))).isEqualTo(36500L * 86_400_000_000_000L);
    assertThat(Timing.nanos(Duration.ofMillis(1))).isEqualTo(1_000_000);
  }

  @Test
  void parsesRoutesInAnyOrderWithUnknownFields() throws Exception {
    RouteAnswer ready =
        answer("{\"x\":{\"url\":[1]},\"request_idx\":3,\"url\":\"http://w:1\",\"status\":7}");
    assertThat(ready.worker()).isEqualTo(HttpUrl.get("http://w:1"));
    assertThat(ready.requestIdx()).isEqualTo(3);
    assertThat(ready.status()).isEmpty();
    RouteAnswer waiting = answer("{\"url\":\"\",\"status\":\"2 loading\",\"request_idx\":\"4\"}");
    assertThat(waiting.worker()).isNull();
    assertThat(waiting.requestIdx()).isZero();
    assertThat(waiting.status()).isEqualTo("2 loading");
    assertThat(answer("{\"url\":null}").worker()).isNull();
  }

  @Test
  void rejectsInvalidRoutesWithoutQuotingThem() {
    for (String wrong :
        new String[] {"[]", "", "{\"url\":\"secret", "{} {}", "{\"url\":\"x:y\"}"}) {
      assertThatThrownBy(() -> answer(wrong))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the route")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void routeRequestsWriteNumbersAsJson() {
    String start = "{\"endpoint\":\"a \\\"b\\\"\",\"api_key\":\"secret-key\",\"cost\":";
    assertThat(new String(KEY.routeBody(100, 0), StandardCharsets.UTF_8))
        .isEqualTo(start + "100,\"request_idx\":0,\"replay_timeout\":60}");
    assertThat(new String(KEY.routeBody(0.5, 12), StandardCharsets.UTF_8))
        .isEqualTo(start + "0.5,\"request_idx\":12,\"replay_timeout\":60}");
    assertThat(new String(KEY.routeBody(1e15, 1), StandardCharsets.UTF_8)).contains(":1.0E15,");
    assertThat(KEY.toString()).isEqualTo("EndpointKey[id=7]");
  }

  private static double cost(String function, Object argument) {
    return CostCalculator.of(FakeVast.function(Costly.class, function))
        .cost(new Object[] {argument});
  }

  @Test
  void usesTheCalculatorsWorkloadIfValidElse100() {
    assertThat(cost("free", 5)).isEqualTo(100);
    assertThat(cost("counted", 5)).isEqualTo(5);
    assertThat(cost("counted", 0)).isZero();
    assertThat(cost("counted", -1)).isEqualTo(100);
    assertThat(cost("counted", 3)).isEqualTo(100);
    assertThat(cost("counted", 4)).isEqualTo(100);
    assertThat(cost("thrown", 5)).isEqualTo(100);
    assertThat(cost("broken", 5)).isEqualTo(100);
  }

  @Test
  void keepsPayloadsUpToOneMegabyte() throws IOException {
    for (int size : new int[] {0, 1, 255, 256, 257, 700, Payload.MOST_KEPT}) {
      AtomicInteger written = new AtomicInteger();
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      Payload payload =
          Payload.encode(
              out -> {
                written.incrementAndGet();
                for (int i = 0; i < size / 2; i++) {
                  out.write(bytes[i]);
                }
                out.write(bytes, size / 2, size - size / 2);
              });
      assertThat(payload.length()).isEqualTo(size);
      for (int i = 0; i < 2; i++) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        payload.writeTo(sent);
        assertThat(sent.toByteArray()).isEqualTo(bytes);
      }
      assertThat(written).hasValue(1);
    }
    byte[] large = new byte[Payload.MOST_KEPT];
    AtomicInteger written = new AtomicInteger();
    Payload payload =
        Payload.encode(
            out -> {
              written.incrementAndGet();
              out.write(large);
              out.write('!');
            });
    assertThat(payload.length()).isEqualTo(-1);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    payload.writeTo(sent);
    assertThat(sent.size()).isEqualTo(Payload.MOST_KEPT + 1);
    assertThat(written).as("anew for each attempt").hasValue(2);
  }

  @Test
  void encodingFailureThrowsAtTheCall() {
    assertThatThrownBy(
            () ->
                Payload.encode(
                    out -> {
                      throw new IllegalStateException("a getter threw");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a getter threw");
  }

  @Test
  void countsBytesRead() throws IOException {
    CountedInput in = new CountedInput(new ByteArrayInputStream(new byte[20]));
    assertThat(in.markSupported()).isFalse();
    assertThat(in.read()).isZero();
    assertThat(in.count()).isEqualTo(1);
    assertThat(in.read(new byte[8], 2, 4)).isEqualTo(4);
    assertThat(in.count()).isEqualTo(5);
    assertThat(in.skip(3)).isEqualTo(3);
    assertThat(in.count()).isEqualTo(8);
    assertThat(in.readAllBytes()).hasSize(12);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[1], 0, 1)).isEqualTo(-1);
    assertThat(in.count()).isEqualTo(20);
  }
}
