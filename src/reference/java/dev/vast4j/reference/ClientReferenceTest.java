package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalVast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the reference's client with the embedded engine. */
@Timeout(240)
class ClientReferenceTest {
  private static final List<Integer> SQUARES =
      IntStream.rangeClosed(1, 9).map(x -> x * x).boxed().toList();

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
  void deploysAndCallsPythonWorker() throws Exception {
    assumeTrue(Reference.deploys(), "the reference's client needs Python 3.12 to deploy");

    JsonNode squares = Reference.run(Reference.at(engine), "square.py");

    assertThat(squares).extracting(JsonNode::intValue).isEqualTo(SQUARES);
    // Our client calls the same worker.
    try (Deployment attached = Deployment.attach("square-in-python", "default", vast)) {
      assertThat(attached.remote(Square.class).square(12)).isEqualTo(144);
      attached.delete();
    }
  }

  @Test
  void explainsModuleThatFailsToLoad(@TempDir Path folder) throws Exception {
    Path module = Files.writeString(folder.resolve("broken.py"), "import no_such_module\n");
    try (Deployment app =
        Deployment.builder("broken-in-python")
            .vast(vast)
            .python(module)
            .remote(Square.class)
            .image(Image.of("square", 1))
            .build()) {
      app.ensureReady();
      assertThatThrownBy(() -> app.awaitWorkers(1, Duration.ofSeconds(30)))
          .hasMessageContaining("ModuleNotFoundError: No module named 'no_such_module'");
      assertThat(app.logs().toString()).contains("No module named 'no_such_module'");
      app.delete();
    }
  }

  @Test
  void callsAndInspectsJavaWorker() throws Exception {
    try (Deployment app =
        Deployment.builder("square-in-java")
            .vast(vast)
            .remote(Square.class)
            .image(Image.of("square", 1))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build()) {
      assertThat(app.ensureReady()).isEqualTo(UpdateTier.NEW);
      app.awaitWorkers(1, Duration.ofMinutes(1));

      JsonNode seen = Reference.run(Reference.at(engine), "client.py", "account", app.name());

      assertThat(seen.get("squares")).extracting(JsonNode::intValue).isEqualTo(SQUARES);
      JsonNode worker = seen.get("workers").get(0);
      assertThat(worker.get("status").textValue()).isEqualTo("idle");
      assertThat(worker.get("measured_perf").doubleValue()).isPositive();
      assertThat(worker.get("id").longValue()).isEqualTo(app.workers().get(0).id());
      assertThat(seen.get("opened").booleanValue()).isTrue();
      assertThat(seen.get("inside").intValue()).isEqualTo(144);
      assertThat(seen.get("after").textValue()).contains("session does not exist");
      assertThat(StreamSupport.stream(seen.get("logs").spliterator(), false))
          .anyMatch(text -> text.textValue().contains("is ready after"));
      app.delete();
    }
  }
}
