package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an embedded engine hears of each call. */
@Timeout(60)
public class CallReportsTest {
  private static final CountDownLatch RELEASE = new CountDownLatch(1);

  @TempDir Path directory;
  private RecordingEngine engine;
  private TestWorker worker;

  /** A remote interface. */
  public interface Functions {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote(allowParallelRequests = true)
    default int fail(String message) {
      throw new IllegalStateException(message, new ArithmeticException("the cause"));
    }

    @Remote
    default int block() throws InterruptedException {
      RELEASE.await();
      return 1;
    }
  }

  @BeforeEach
  void start() throws Exception {
    engine = new RecordingEngine().announced();
    worker =
        TestWorker.start(
            engine,
            directory,
            TestWorker.manifest(Functions.class),
            TestWorker.environment(engine));
    engine.awaitStatus(status -> status.path("max_perf").asDouble() > 0);
  }

  @AfterEach
  void stop() throws Exception {
    worker.close();
    engine.close();
  }

  @Test
  void tellsOfSuccessWithTimesAndSizes() throws Exception {
    worker.call("square", "{\"x\": 3}");
    JsonNode call = await("square", "succeeded");
    assertThat(call.path("n").asLong()).isPositive();
    assertThat(call.path("idx").asLong()).isPositive();
    assertThat(call.path("in").asLong()).isGreaterThan(50);
    assertThat(call.path("out").asLong()).isBetween(5L, 50L);
    assertThat(call.path("started_at").asDouble())
        .isBetween(call.path("queued_at").asDouble(), call.path("ended_at").asDouble());
  }

  @Test
  void tellsOfExceptionWithBoundedTrace() throws Exception {
    worker.call("fail", "{\"message\": \"" + "x".repeat(100_000) + "\"}");
    JsonNode call = await("fail", "failed");
    assertThat(call.path("error").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(call.path("message").asText()).startsWith("xxx").hasSizeLessThan(2_100);
    assertThat(call.path("trace").asText()).hasSizeLessThan(17_000);
  }

  @Test
  void tellsOfWaitingRunningAndCancelledCalls() throws Exception {
    try (Socket first = send("block", "")) {
      await("block", "running");
      try (Socket second = send("block", "")) {
        await("block", "queued");
      }
      assertThat(await("block", "cancelled").path("started_at").asDouble()).isZero();
      first.getOutputStream().flush();
    }
  }

  @Test
  void tellsTimeOutsFromCancellations() throws Exception {
    try (Socket caller = send("block", "Vast4j-Timeout: 1\r\n")) {
      await("block", "running");
    }
    await("block", "timed_out");
  }

  private Socket send(String function, String header) throws Exception {
    Socket socket = new Socket("127.0.0.1", worker.worker().port());
    String body = worker.body("{\"kwargs\": {}}").toString();
    socket
        .getOutputStream()
        .write(
            ("POST /remote/"
                    + function
                    + " HTTP/1.1\r\nHost: worker\r\nContent-Type: application/json\r\n"
                    + header
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private JsonNode await(String function, String state) throws InterruptedException {
    return engine.await(
        () -> {
          for (JsonNode status : engine.statuses()) {
            for (JsonNode call : status.path("vast4j").path("calls")) {
              if (call.path("function").asText().equals(function)
                  && call.path("state").asText().equals(state)) {
                return call;
              }
            }
          }
          return null;
        },
        function + " " + state);
  }
}
