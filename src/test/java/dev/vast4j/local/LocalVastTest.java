package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalVastTest {
  private static final Duration BOOT = Duration.ofSeconds(30);

  @Test
  void deploysRoutesAndAnswersACall() {
    try (LocalVast local = LocalVast.start()) {
      Api api = new Api(local);
      byte[] bundle = Api.bundle("SCRIPT_ANSWER", "42");
      JsonNode put = api.deploy(Api.config("square", bundle), bundle);
      assertThat(put.path("action").asText()).isEqualTo("created");
      Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
      assertThat(api.callFunction(api.endpoint(put))).isEqualTo("42");
    }
  }
}
