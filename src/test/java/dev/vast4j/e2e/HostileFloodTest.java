package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.docs.Proves;
import dev.vast4j.local.LocalVast;
import dev.vast4j.observe.CallObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever can reach a worker can send it anything: it holds no more of it than fits a small heap.
 */
@Timeout(180)
class HostileFloodTest {
  private static final int SENDERS = 8;
  private static final int EACH = 1_000;

  private static final String SIGNED_BY_NOBODY =
      "{\"auth_data\":{\"cost\":\"1\",\"endpoint\":\"e\",\"reqnum\":1,\"request_idx\":1,"
          + "\"signature\":\"c2ln\",\"url\":\"http://w\"},"
          + "\"payload\":{\"kwargs\":{\"x\":";

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "floods a worker with malformed, huge and unsigned requests",
      outcome = "each is refused; the same process keeps serving")
  void workerOfASmallHeapStandsAFlood() throws Exception {
    AtomicReference<String> worker = new AtomicReference<>();
    try (LocalVast engine = LocalVast.start();
        Deployment app =
            Deployment.builder("flooded")
                .vast(engine.client())
                .remote(Square.class)
                .image(Image.of("flooded", 1).jvmArgs("-Xmx64m"))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .observe(seen(worker))
                .build()) {
      app.ensureReady();
      Square square = app.remote(Square.class);
      assertThat(square.square(3).join()).isEqualTo(9);
      long process = square.processId();

      Set<Integer> statuses = flood(URI.create(worker.get() + "/remote/square"));

      assertThat(statuses).isSubsetOf(401, 413, 422, 429);
      assertThat(square.square(4).join()).isEqualTo(16);
      assertThat(square.processId()).isEqualTo(process);
      app.delete();
    }
  }

  private static CallObserver seen(AtomicReference<String> worker) {
    return call ->
        new CallObserver.Observation() {
          @Override
          public void attempted(CallObserver.Attempt attempt) {
            worker.set(attempt.worker());
          }
        };
  }

  private static Set<Integer> flood(URI url) throws Exception {
    Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    try {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        ends.add(
            senders.submit(
                () -> {
                  for (int n = 0; n < EACH; n++) {
                    send(client, url, n, statuses);
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      senders.shutdownNow();
    }
    return statuses;
  }

  private static void send(HttpClient client, URI url, int n, Set<Integer> statuses)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(60)).POST(hostile(n)).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      statuses.add(answer.statusCode());
      assertThat(answer.body()).doesNotContain("\tat ", ".java:");
    } catch (IOException e) {
      // Cut off while it was still sending: refused as well.
      assertThat(n % 100).as(e.toString()).isIn(0, 1, 2, 3);
    }
  }

  /** Most are small; some are as large as the heap, or too deep. */
  private static BodyPublisher hostile(int n) {
    return switch (n % 100) {
      case 0 -> BodyPublishers.ofInputStream(() -> endless(48 << 20));
      case 1 -> BodyPublishers.ofString(SIGNED_BY_NOBODY + "[".repeat(2_000_000));
      case 2 -> BodyPublishers.ofString(SIGNED_BY_NOBODY + "\"" + "a".repeat(3_000_000) + "\"}}}");
      case 3 -> BodyPublishers.ofString(SIGNED_BY_NOBODY + "1,".repeat(1_000_000) + "1]}}}");
      default ->
          switch (n % 5) {
            case 0 -> BodyPublishers.ofString("");
            case 1 -> BodyPublishers.ofString("{\"auth_data\":");
            case 2 -> BodyPublishers.ofString(SIGNED_BY_NOBODY + "5}}}");
            case 3 -> BodyPublishers.ofString(SIGNED_BY_NOBODY + "9".repeat(5_000) + "}}}");
            default -> BodyPublishers.ofString("\u0000\uffff{[}]");
          };
    };
  }

  private static ByteArrayInputStream endless(int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) '[');
    return new ByteArrayInputStream(body);
  }
}
