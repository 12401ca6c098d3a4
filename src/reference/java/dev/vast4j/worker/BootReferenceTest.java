package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.local.LocalVast;
import dev.vast4j.reference.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots a bundle of ours with the reference's bootstrap in an empty working directory and calls it
 * with the reference's client.
 */
@Timeout(180)
public class BootReferenceTest {
  private static LocalVast local;
  private static RecordingEngine engine;
  private static BootedWorker worker;
  private static Map<String, String> client;

  /** A measured value. */
  public record Reading(String name, double value) {}

  /** The functions that the client calls. */
  public interface Functions {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{\"value\": 2}", runs = 2)
    default @Nullable Object echo(@Nullable Object value) {
      return value;
    }

    @Remote
    default int fail(String message) {
      throw new IllegalStateException(message, new ArithmeticException("deeper"));
    }

    @Remote
    default Reading moved(Reading reading, int by) {
      return new Reading(reading.name(), reading.value() + by);
    }

    @Remote
    default List<Integer> sorted(List<Integer> numbers) {
      return numbers.stream().sorted().toList();
    }

    @Remote
    default byte[] reversed(byte[] bytes) {
      return new StringBuilder(new String(bytes, StandardCharsets.ISO_8859_1))
          .reverse()
          .toString()
          .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Remote
    default boolean negated(boolean flag) {
      return !flag;
    }

    @Remote
    default Map<String, Integer> counted(List<String> words) {
      Map<String, Integer> counts = new TreeMap<>();
      words.forEach(word -> counts.merge(word, 1, Integer::sum));
      return counts;
    }

    @Remote
    default LocalDate days(LocalDate day) {
      return day.plusDays(1);
    }

    @Remote
    default void nothing() {}
  }

  @BeforeAll
  static void boot(@TempDir Path folder) throws Exception {
    Reference.require();
    local = LocalVast.start();
    try (Deployment app =
        Deployment.builder("booted")
            .vast(local.client())
            .remote(Functions.class)
            // Installs no Java.
            .image(Image.of("booted", 1).javaHome(System.getProperty("java.home")))
            .autoscaling(Autoscaling.defaults().coldWorkers(0).minLoad(0))
            .build()) {
      app.ensureReady();
    }
    engine = new RecordingEngine();
    worker = BootedWorker.of("booted", local, engine, folder);
    engine.serve("/route/", asked -> engine.route(worker.url()));
    client = new HashMap<>(Reference.at(local));
    client.put("ENGINE_URL", engine.url());
  }

  @AfterAll
  static void stop() throws Exception {
    if (worker != null) {
      worker.close();
    }
    if (engine != null) {
      engine.close();
    }
    if (local != null) {
      local.close();
    }
  }

  @Test
  void echoesEveryRecordedValue() throws Exception {
    JsonNode echoed =
        Reference.run(
            client, "client.py", "echo", "test", "src/test/resources/vectors/wire_values.json");

    assertThat(echoed.get("wrong")).isEmpty();
    assertThat(echoed.get("right").intValue()).isEqualTo(150);
  }

  @Test
  void convertsDeclaredTypes() throws Exception {
    JsonNode returned = Reference.run(client, "client.py", "typed", "test");

    assertThat(returned.toString())
        .isEqualTo(
            "{\"moved\":{\"name\":\"a\",\"value\":3.5},\"sorted\":[1,2,3],"
                + "\"reversed\":\"b'\\\\xff\\\\x00'\",\"negated\":0,"
                + "\"counted\":\"{'a': 2, 'b': 1}\",\"days\":\"2024-02-29\",\"nothing\":null}");
  }

  @Test
  void raisesTheFunctionsException() throws Exception {
    JsonNode failed = Reference.run(client, "client.py", "fail", "test");

    assertThat(failed.path("raised").textValue()).as(failed.toString()).isNotNull();
    assertThat(failed.get("text").textValue()).contains("IllegalStateException", "too hot");
  }
}
