package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalVast;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Arrays of numbers are lists for the reference's client, both ways. */
@Timeout(240)
class ArraysReferenceTest {
  private static LocalVast engine;
  private static Vast vast;

  @BeforeAll
  static void start() throws Exception {
    Reference.require();
    engine = LocalVast.start();
    vast = engine.client();
  }

  @AfterAll
  static void stop() {
    if (engine != null) {
      vast.close();
      engine.close();
    }
  }

  @Test
  void pythonClientCallsJavaWorker() throws Exception {
    try (Deployment app =
        Deployment.builder("arrays-in-java")
            .vast(vast)
            .remote(NumberLists.class)
            .image(Image.of("arrays", 1))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(1));
      JsonNode answer = Reference.run(Reference.at(engine), "arrays.py", app.name());

      assertThat(answer.get("twice"))
          .extracting(JsonNode::floatValue)
          .containsExactly(3f, -4f, 2e30f);
      assertThat(answer.get("rows").toString()).isEqualTo("[[1,2],[],[3]]");
      app.delete();
    }
  }
}
