package dev.vast4j.reference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deploys random Python deployments with both clients and compares all that is registered, content
 * hash and {@code config.json} included, and the extracted tarballs. {@code -Dbundles.count} sets
 * how many (500), {@code -Dbundles.seed} which.
 */
public class RandomBundlesReferenceTest {
  private static final Path SCRIPT = Path.of("src/reference/python/bundles.py").toAbsolutePath();

  @TempDir private Path folder;
  private final ScriptedServer service = new ScriptedServer(this::answer);

  public interface Anything {
    @Remote
    int square(int x);
  }

  @BeforeAll
  static void requireReference() throws Exception {
    Reference.require();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void bothClientsDeployTheSame() throws Exception {
    String seed = System.getProperty("bundles.seed", "1");
    python("make", folder.toString(), seed, System.getProperty("bundles.count", "500"));
    for (JsonNode wanted : new ObjectMapper().readTree(folder.resolve("cases.json").toFile())) {
      deploy(wanted);
    }
    assertThat(python("compare", folder.toString(), service.url())).isEmpty();
  }

  private Reply answer(Request request) {
    return switch (request.path()) {
      case "/api/v0/deployments/" ->
          Reply.json(
              "{\"success\":true,\"action\":\"created\",\"deployment_id\":1,\"endpoint_id\":2,"
                  + "\"upload_url\":\""
                  + service.url()
                  + "/store\",\"upload_fields\":{\"key\":\"bundle\"}}");
      case "/store" -> Reply.of(204, "text/plain", new byte[0]);
      default -> Reply.text(404, "");
    };
  }

  private void deploy(JsonNode wanted) throws IOException {
    int before = service.requests("/store").size();
    try (Vast vast =
            Vast.builder()
                .apiKey("none")
                .webUrl(service.url())
                .engineUrl(wanted.get("engine").asText())
                .cacheFolder(folder.resolve("cache"))
                .build();
        Deployment app = deployment(wanted, vast)) {
      app.ensureReady();
    }
    List<Request> puts = service.requests("/api/v0/deployments/");
    List<Request> uploads = service.requests("/store");
    assertThat(uploads).hasSize(before + 1);
    Path files = Path.of(wanted.get("folder").asText());
    Files.write(files.resolve("put.json"), puts.get(puts.size() - 1).body());
    Files.write(files.resolve("bundle.tar.gz"), file(uploads.get(before)));
  }

  private static Deployment deployment(JsonNode wanted, Vast vast) {
    Deployment.Builder builder =
        Deployment.builder(wanted.get("name").asText())
            .vast(vast)
            .remote(Anything.class)
            .python(Path.of(wanted.get("source").asText()))
            .image(image(wanted))
            .autoscaling(autoscaling(wanted.get("autoscaling")));
    given(wanted.get("tag"), tag -> builder.tag(tag.asText()));
    given(wanted.get("version_label"), label -> builder.versionLabel(label.asText()));
    given(wanted.get("ttl"), ttl -> builder.ttl(seconds(ttl)));
    return builder.build();
  }

  private static Image image(JsonNode wanted) {
    Image image =
        Image.of(wanted.get("image").asText(), wanted.get("storage").asDouble())
            .pipInstall(texts(wanted.get("pip")))
            .aptGet(texts(wanted.get("apt")));
    for (JsonNode variable : wanted.get("envs")) {
      image = image.env(variable.get(0).asText(), variable.get(1).asText());
    }
    for (JsonNode run : wanted.get("runs")) {
      image = run.isTextual() ? image.runScript(run.asText()) : image.runCmd(texts(run));
    }
    for (JsonNode copy : wanted.get("copies")) {
      image = image.copy(Path.of(copy.get(0).asText()), copy.get(1).asText());
    }
    for (JsonNode port : wanted.get("ports")) {
      image = image.publishPort(port.get(0).asInt(), port.get(1).asText());
    }
    JsonNode venv = wanted.get("venv");
    if (!venv.isNull()) {
      image = venv.asText().isEmpty() ? image.useSystemPython() : image.venv(venv.asText());
    }
    JsonNode login = wanted.get("login");
    return login.isNull()
        ? image
        : image.dockerLogin(login.get(0).asText(), login.get(1).asText(), login.get(2).asText());
  }

  private static Autoscaling autoscaling(JsonNode wanted) {
    Autoscaling scaling = Autoscaling.defaults();
    for (var field : wanted.properties()) {
      JsonNode value = field.getValue();
      scaling =
          switch (field.getKey()) {
            case "cold_workers" -> scaling.coldWorkers(value.asInt());
            case "max_workers" -> scaling.maxWorkers(value.asInt());
            case "min_load" -> scaling.minLoad(value.asDouble());
            case "min_cold_load" -> scaling.minColdLoad(value.asDouble());
            case "target_util" -> scaling.targetUtil(value.asDouble());
            case "cold_mult" -> scaling.coldMult(value.asDouble());
            case "max_queue_time" -> scaling.maxQueueTime(seconds(value));
            case "target_queue_time" -> scaling.targetQueueTime(seconds(value));
            case "inactivity_timeout" -> scaling.inactivityTimeout(seconds(value));
            default -> throw new IllegalArgumentException(field.getKey());
          };
    }
    return scaling;
  }

  private static void given(JsonNode value, Consumer<JsonNode> set) {
    if (!value.isNull()) {
      set.accept(value);
    }
  }

  private static Duration seconds(JsonNode number) {
    return Duration.ofMillis(Math.round(number.asDouble() * 1000));
  }

  private static String[] texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts.toArray(String[]::new);
  }

  /** {@return the part {@code file} of a form, which is the last} */
  private static byte[] file(Request form) {
    String body = new String(form.body(), ISO_8859_1);
    int start = body.indexOf("\r\n\r\n", body.indexOf("name=\"file\"")) + 4;
    int end = body.lastIndexOf("\r\n--");
    return body.substring(start, end).getBytes(ISO_8859_1);
  }

  private String python(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(() -> text(errors)).isZero();
    return output;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
