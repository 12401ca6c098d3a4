package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker reads arrays in either form and answers in the one that its caller announced. */
@Timeout(60)
public class WorkerArraysTest {
  private static final String BYTES =
      "{\"type\":\"bytes\",\"contents\":\"AACAPwAAIEA=\",\"elements\":\"float\"}";
  private static final String LIST = "{\"type\":\"list\",\"contents\":[1.0,2.5]}";
  private static final OkHttpClient CLIENT = new OkHttpClient();

  private static RecordingEngine engine;
  private static TestWorker worker;

  /** Gives back what it takes. */
  public interface Echo {
    @Remote
    @Benchmark(dataset = "{\"numbers\": [1, 2.5]}", runs = 1)
    default float[] floats(float[] numbers) {
      return numbers.clone();
    }

    @Remote
    default List<float[]> rows(float[][] numbers) {
      return Arrays.asList(numbers);
    }

    @Remote
    default CompletableFuture<float[]> later(float[] numbers) {
      return CompletableFuture.completedFuture(numbers);
    }

    @Remote
    default Stream<float[]> stream(float[] numbers) {
      return Stream.of(numbers, numbers);
    }

    @Remote
    default Object any(Object numbers) {
      return numbers instanceof List<?> ? new float[] {1, 2.5f} : "" + numbers.getClass();
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, folder, TestWorker.manifest(Echo.class));
  }

  @AfterAll
  static void stop() {
    worker.close();
    engine.close();
  }

  private record Answer(int status, String body, @Nullable String announced) {}

  private static Answer call(String function, String numbers, @Nullable String userAgent)
      throws Exception {
    String body = worker.body("{\"kwargs\": {\"numbers\": " + numbers + "}}").toString();
    Request.Builder request =
        new Request.Builder()
            .url(worker.url() + "/remote/" + function)
            .post(RequestBody.create(body, MediaType.get("application/json")));
    if (userAgent != null) {
      request.header("User-Agent", userAgent);
    }
    try (Response response = CLIENT.newCall(request.build()).execute()) {
      return new Answer(response.code(), response.body().string(), response.header("Vast4j-Wire"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "vast4j/2.0 wire/2, true",
        "vast4j/2.0 wire/3, true",
        "vast4j/1.0, false",
        "Python/3.12 aiohttp/3.14, false",
        "-, false",
      })
  void answersInTheFormThatWasAnnounced(@Nullable String userAgent, boolean bytes)
      throws Exception {
    String form = bytes ? BYTES : LIST;
    for (String sent : List.of(BYTES, LIST)) {
      for (String function : List.of("floats", "later")) {
        assertThat(call(function, sent, userAgent).body())
            .isEqualTo("{\"result\":{\"ok\":" + form + "}}");
      }
      assertThat(
              call(
                      "rows",
                      "{\"type\":\"list\",\"contents\":[" + sent + "," + LIST + "]}",
                      userAgent)
                  .body())
          .isEqualTo(
              "{\"result\":{\"ok\":{\"type\":\"list\",\"contents\":[" + form + "," + form + "]}}}");
      assertThat(call("stream", sent, userAgent).body())
          .contains("data: {\"ok\":" + form + "}\n\ndata: {\"ok\":" + form + "}");
    }
    for (String sent : List.of(BYTES, LIST)) {
      assertThat(call("any", sent, userAgent).body())
          .isEqualTo("{\"result\":{\"ok\":" + LIST + "}}");
    }
  }

  @Test
  void announcesItselfInEveryAnswer() throws Exception {
    assertThat(call("floats", LIST, null).announced()).isEqualTo("2");
    assertThat(call("stream", LIST, null).announced()).isEqualTo("2");
    assertThat(call("floats", "true", null))
        .extracting(Answer::status, Answer::announced)
        .containsExactly(422, "2");
  }

  @Test
  void refusesBytesOfTheWrongLength() throws Exception {
    Answer answer =
        call("floats", "{\"type\":\"bytes\",\"contents\":\"AAAA\"}", "vast4j/2.0 wire/2");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("3 bytes are no whole float[]");
  }
}
