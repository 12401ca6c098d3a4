package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.local.LocalVast;
import dev.vast4j.reference.Reference;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends the same calls to our worker and to the reference's, and compares what both report to the
 * engine, field by field.
 */
@Timeout(300)
public class ReportsReferenceTest {
  /** The functions of functions.py that the script calls. */
  public interface Functions {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 2)
    default int square(int x) {
      return x * x;
    }

    @Remote(allowParallelRequests = true)
    default int fail(String message) {
      throw new IllegalArgumentException(message);
    }

    @Remote(allowParallelRequests = true, maxQueueTime = 1e-9)
    default int impatient() {
      return 1;
    }

    @Remote
    default String hold(String file) throws InterruptedException {
      while (!Files.exists(Path.of(file))) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      return "held";
    }
  }

  @Test
  void equalTheReferences(@TempDir Path folder) throws Exception {
    Reference.require();
    try (LocalVast local = LocalVast.start();
        Deployment ours =
            Deployment.builder("ours")
                .vast(local.client())
                .remote(Functions.class)
                .image(Image.of("ours", 1).javaHome(System.getProperty("java.home")))
                .autoscaling(Autoscaling.defaults().coldWorkers(0).minLoad(0))
                .build();
        Deployment theirs =
            Deployment.builder("functions")
                .vast(local.client())
                .python(Reference.PROGRAMS.resolve("functions.py"))
                .remote(Functions.class)
                .image(Image.of("theirs", 1))
                .autoscaling(Autoscaling.defaults().coldWorkers(0).minLoad(0))
                .build()) {
      ours.ensureReady();
      theirs.ensureReady();
      Path java = Files.createDirectory(folder.resolve("java"));
      Path python = Files.createDirectory(folder.resolve("python"));
      CompletableFuture<Told> reference =
          CompletableFuture.supplyAsync(() -> told("functions", local, python));
      Told told = told("ours", local, java);

      assertThat(told.statuses()).containsExactlyElementsOf(reference.join().statuses());
      assertThat(told.finished()).containsExactlyElementsOf(reference.join().finished());
      assertThat(told.answers()).containsExactlyElementsOf(reference.join().answers());
    }
  }

  /**
   * The outcome of the script.
   *
   * @param statuses the reports of the worker's status
   * @param finished the reports of finished requests
   * @param answers the answers to the caller
   */
  private record Told(List<String> statuses, List<String> finished, List<String> answers) {}

  private static Told told(String deployment, LocalVast from, Path folder) {
    try (RecordingEngine engine = new RecordingEngine();
        BootedWorker worker = BootedWorker.of(deployment, from, engine, folder)) {
      Script script = new Script(engine, worker, folder);
      script.play();
      return new Told(
          script.statuses(),
          engine.finished().stream().map(Script::normal).toList(),
          script.answers);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends the calls, each group after the one before has been reported. Malformed and unsigned ones
   * are not among them: the reference counts them as load, and our worker on purpose does not.
   */
  private static final class Script {
    /** Longer than both take to report a change. */
    private static final Duration QUIET = Duration.ofMillis(2500);

    private static final Pattern SESSION =
        Pattern.compile("\"session_id\": ?\"([A-Za-z0-9]{13})\"");

    private final RecordingEngine engine;
    private final BootedWorker worker;
    private final Path folder;
    private final List<String> answers = new ArrayList<>();

    Script(RecordingEngine engine, BootedWorker worker, Path folder) {
      this.engine = engine;
      this.worker = worker;
      this.folder = folder;
    }

    void play() throws Exception {
      reported(0);
      say("success", send("square", "{\"x\": 3}"));
      reported(0);
      say("error", send("fail", "{\"message\": \"too hot\"}"));
      reported(0);

      Socket running = send("hold", hold("a"));
      reported(1);
      Socket waiting = send("square", "{\"x\": 4}");
      reported(2);
      say("rejected", send("impatient", "{}"));
      reported(2);
      waiting.close();
      reported(1);
      Files.createFile(folder.resolve("a"));
      say("held", running);
      reported(0);
      Socket cancelled = send("hold", hold("b"));
      reported(1);
      cancelled.close();
      reported(0);

      ObjectNode unsigned = body("{\"kwargs\": {\"x\": 5}}");
      ((ObjectNode) unsigned.get("auth_data")).put("signature", "c2lnbmVk");
      JsonNode auth = body("{}").get("auth_data");
      ObjectNode creation = RecordingEngine.JSON.createObjectNode();
      creation.set("auth_data", auth);
      creation.putObject("payload").put("lifetime", 60);
      String session = id(say("create", post("/session/create", creation)));
      reported(1);
      ObjectNode inside = body("{\"kwargs\": {\"x\": 6}}");
      inside.put("session_id", session);
      say("in session", post("/remote/square", inside));
      reported(1);
      inside.put("session_id", "none");
      say("in no session", post("/remote/square", inside));
      ObjectNode about = RecordingEngine.JSON.createObjectNode().put("session_id", session);
      about.set("session_auth", unsigned.get("auth_data"));
      say("end by another", post("/session/end", about));
      about.set("session_auth", auth);
      say("get", post("/session/get", about));
      say("health", post("/session/health", about));
      say("end", post("/session/end", about));
      reported(0);
      say("end again", post("/session/end", about));
      say("get again", post("/session/get", about));
      reported(0);
    }

    private String hold(String file) {
      return "{\"file\": \"" + folder.resolve(file) + "\"}";
    }

    private ObjectNode body(String payload) throws IOException {
      ObjectNode body = RecordingEngine.JSON.createObjectNode();
      body.set("auth_data", engine.route(worker.url()));
      body.putNull("session_id");
      body.set("payload", RecordingEngine.JSON.readTree(payload));
      return body;
    }

    private Socket send(String function, String arguments) throws IOException {
      return post("/remote/" + function, body("{\"kwargs\": " + arguments + "}"));
    }

    private Socket post(String path, ObjectNode body) throws IOException {
      Socket socket = new Socket("127.0.0.1", worker.port());
      socket.setSoTimeout(20_000);
      TestWorker.write(socket, path, body.toString());
      return socket;
    }

    /** Records the answer. */
    private String say(String what, Socket socket) throws IOException {
      try (socket) {
        String answer = TestWorker.readAnswer(socket);
        answers.add(what + " " + answer.substring(9, 12));
        return answer;
      }
    }

    private static String id(String answer) {
      Matcher id = SESSION.matcher(answer);
      assertThat(id.find()).as(answer).isTrue();
      return id.group(1);
    }

    /** Waits for a report with so many requests in work, and then until nothing new is reported. */
    private void reported(int inWork) throws InterruptedException {
      engine.await(
          () -> {
            List<JsonNode> statuses = engine.statuses();
            return statuses.get(statuses.size() - 1).get("num_requests_working").intValue()
                    == inWork
                ? inWork
                : null;
          },
          "a report of " + inWork + " in work");
      for (int told = -1; told != told(); ) {
        told = told();
        TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
      }
    }

    private int told() {
      return statuses().size() + engine.finished().size();
    }

    /** {@return the reports since the worker was ready, without repetitions} */
    private List<String> statuses() {
      List<String> told = new ArrayList<>();
      String idle = "";
      for (JsonNode status : engine.statuses()) {
        if (status.get("loadtime").doubleValue() == 0) {
          continue;
        }
        String text = normal(status, worker.url());
        ObjectNode state = status.deepCopy();
        state.put("new_load", 0).put("cur_perf", 0).put("rej_load", 0);
        String stateText = normal(state, worker.url());
        if (!text.equals(idle)) {
          told.add(text);
        }
        idle = stateText;
      }
      return told;
    }

    private static String normal(JsonNode status, String url) {
      ObjectNode normal = status.deepCopy();
      for (String positive : List.of("loadtime", "max_perf")) {
        normal.put(positive, status.get(positive).doubleValue() > 0 ? "more than 0" : "0");
      }
      normal.put("additional_disk_usage", status.get("additional_disk_usage").isNumber());
      normal.put("url", status.get("url").textValue().equals(url));
      status
          .properties()
          .forEach(
              field -> {
                if (field.getValue().isNumber() && normal.get(field.getKey()).isNumber()) {
                  normal.put(field.getKey(), field.getValue().doubleValue());
                }
              });
      return normal.toString();
    }

    private static String normal(JsonNode finished) {
      ObjectNode normal = finished.deepCopy();
      double entered = finished.get("entered_queue_at").doubleValue();
      double started = finished.get("work_started_at").doubleValue();
      double completed = finished.get("work_completed_at").doubleValue();
      normal.put("entered_queue_at", entered > 1e9);
      normal.put(
          "work_started_at", started == 0 ? "never" : started >= entered ? "after" : "before");
      normal.put(
          "work_completed_at",
          completed == 0 ? "never" : completed >= started ? "after" : "before");
      return normal.toString();
    }
  }
}
