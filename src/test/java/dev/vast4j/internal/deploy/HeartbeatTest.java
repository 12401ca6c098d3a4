package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.api.Connection;
import dev.vast4j.docs.Proves;
import dev.vast4j.internal.http.Answers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class HeartbeatTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "a heartbeat is refused or lost",
      of = "a deployment with a time to live",
      outcome = "the next ones follow on schedule")
  void continuesAfterFailures() throws Exception {
    Answers.inTurn(
        SERVICE,
        Answers.json(500, "{\"error\":\"boom\"}"),
        Answers.reset(),
        Answers.json("{\"success\":true}"));
    try (Connection connection =
        Connection.builder(() -> "key")
            .webUrl(URI.create(SERVICE.baseUrl()))
            .engineUrl(URI.create(SERVICE.baseUrl()))
            .cacheFolder(Path.of("target", "test-cache"))
            .build()) {
      Heartbeat heartbeat = Heartbeat.start(connection.web(), 7, "beating", Duration.ofMillis(100));
      try {
        Answers.awaitRequests(SERVICE, 4); // one refused, one lost, two more
      } finally {
        heartbeat.close();
      }
      assertThat(Answers.requests(SERVICE))
          .allSatisfy(
              request -> assertThat(request.getUrl()).isEqualTo("/api/v0/deployment/7/heartbeat/"));
    }
  }
}
