package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.CallOptions;
import dev.vast4j.Remote;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a function's annotation says about its calls holds unless the call's options do. */
@Timeout(30)
public class FunctionLimitsTest {
  /** A worker that is never well. */
  private static final Reply UNWELL = Reply.json(503, "{\"msg\":\"too hot\"}");

  /** Functions with limits of their own. */
  public interface Limited {
    @Remote(maxAttempts = 3)
    int thrice(int x);

    @Remote(timeoutSeconds = 20, maxAttempts = 1000)
    int brief(int x);

    @Remote(workerTimeoutSeconds = 0.3, idempotent = false)
    int impatient(int x);
  }

  @Test
  void attempts() {
    try (FakeVast vast = new FakeVast(request -> UNWELL)) {
      assertThat(attempts(vast, CallOptions.defaults())).isEqualTo(3);
      assertThat(attempts(vast, CallOptions.defaults().maxAttempts(2))).isEqualTo(2);
      assertThat(attempts(vast, CallOptions.defaults().maxAttempts(7))).isEqualTo(7);
    }
  }

  private static int attempts(FakeVast vast, CallOptions options) {
    int before = vast.calls().size();
    CallException failed =
        catchThrowableOfType(
            CallException.class, () -> vast.remote(Limited.class, options).thrice(1));
    assertThat(failed).hasMessageContaining("too hot");
    return vast.calls().size() - before;
  }

  @Test
  void timeOfACall() {
    assertThat(elapsed(CallOptions.defaults()))
        .isBetween(Duration.ofSeconds(19), Duration.ofSeconds(40));
    assertThat(elapsed(CallOptions.defaults().timeout(Duration.ofSeconds(5))))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(15));
  }

  private static Duration elapsed(CallOptions options) {
    try (FakeVast vast = new FakeVast(request -> UNWELL)) {
      return catchThrowableOfType(
              CallTimeoutException.class, () -> vast.remote(Limited.class, options).brief(1))
          .elapsed();
    }
  }

  @Test
  void timeOfAnAttempt() {
    assertThat(lateWorker(CallOptions.defaults())).contains("workerTimeout is 300 ms");
    assertThat(lateWorker(CallOptions.defaults().workerTimeout(Duration.ofMillis(200))))
        .contains("workerTimeout is 200 ms");
  }

  private static String lateWorker(CallOptions options) {
    try (FakeVast vast =
        new FakeVast(
            request ->
                connection -> {
                  connection.awaitGone();
                  return false;
                })) {
      return catchThrowableOfType(
              CallTimeoutException.class, () -> vast.remote(Limited.class, options).impatient(1))
          .getMessage();
    }
  }
}
