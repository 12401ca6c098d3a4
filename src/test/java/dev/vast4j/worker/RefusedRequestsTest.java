package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
public class RefusedRequestsTest {
  public interface Functions {
    @Remote
    @Benchmark(dataset = "{\"x\": 1}", runs = 1)
    default int same(int x) {
      return x;
    }

    @Remote
    default int broken(List<Broken> values) {
      return 1;
    }

    @Remote
    default Stream<Integer> count(int to) {
      return Stream.of(to);
    }
  }

  /** Cannot be initialized, as when a native library is missing. */
  public static final class Broken {
    static {
      if (true) {
        throw new UnsatisfiedLinkError("no native code");
      }
    }

    public int n;
  }

  @TempDir Path directory;
  private RecordingEngine engine;
  private TestWorker worker;

  @BeforeEach
  void start() throws Exception {
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Functions.class));
  }

  @AfterEach
  void stop() throws Exception {
    worker.close();
    engine.close();
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a class of an argument cannot be loaded or initialized",
      outcome = "500 that names the error; logged; the worker serves on")
  void errorWhileReadingIsAnswered() throws Exception {
    for (String error : new String[] {"UnsatisfiedLinkError", "NoClassDefFoundError"}) {
      TestWorker.Answer answer =
          worker.call(
              "broken",
              "{\"values\": {\"type\": \"list\", \"contents\":"
                  + " [{\"type\": \"dict\", \"contents\": [[\"n\", 1]]}]}}");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains(error);
    }
    assertThat(worker.call("same", "{\"x\": 5}").status()).isEqualTo(200);
  }

  private int status(String accept) throws Exception {
    Request.Builder request =
        new Request.Builder()
            .url(worker.url() + "/remote/count")
            .post(
                RequestBody.create(
                    worker.body("{\"kwargs\": {\"to\": 3}}").toString(), TestWorker.JSON));
    if (accept != null) {
      request.header("Accept", accept);
    }
    try (Response response = new okhttp3.OkHttpClient().newCall(request.build()).execute()) {
      return response.code();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "*/*",
        "text/*;q=0.5",
        "application/json, Text/Event-Stream;q=0.1",
        "text/html, text/event-stream; charset=utf-8"
      })
  void streamsToWhoTakesEvents(String accept) throws Exception {
    assertThat(status(accept)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/html,application/xml;q=0.9",
        "text/event-stream;q=0",
        "text/event-streams",
        "text/event-stream; q=0.0"
      })
  void refusesWhoTakesNoEvents(String accept) throws Exception {
    assertThat(status(accept)).isEqualTo(406);
  }

  @Test
  void streamsWithoutAccept() throws Exception {
    assertThat(status(null)).isEqualTo(200);
  }
}
