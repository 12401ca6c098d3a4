package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.api.Connection;
import dev.vast4j.docs.Proves;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeartbeatTest {
  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "a heartbeat is refused or lost",
      of = "a deployment with a ttl",
      outcome = "the next ones follow in their time")
  void goesOnAfterFailures() throws Exception {
    AtomicInteger beats = new AtomicInteger();
    CountDownLatch wellAgain = new CountDownLatch(2);
    ScriptedServer service =
        new ScriptedServer(
            request ->
                switch (beats.incrementAndGet()) {
                  case 1 -> Reply.json(500, "{\"error\":\"boom\"}");
                  case 2 -> Reply.reset();
                  default -> {
                    wellAgain.countDown();
                    yield Reply.json("{\"success\":true}");
                  }
                });
    try (Connection connection =
        Connection.builder(() -> "key")
            .webUrl(URI.create(service.url()))
            .engineUrl(URI.create(service.url()))
            .cacheFolder(Path.of("target", "test-cache"))
            .build()) {
      Heartbeat heartbeat = Heartbeat.start(connection.web(), 7, "beating", Duration.ofMillis(100));
      try {
        assertThat(wellAgain.await(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        heartbeat.close();
      }
      assertThat(service.requests())
          .allSatisfy(
              request -> assertThat(request.path()).isEqualTo("/api/v0/deployment/7/heartbeat/"));
    } finally {
      service.close();
    }
  }
}
