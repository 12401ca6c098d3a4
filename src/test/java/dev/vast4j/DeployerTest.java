package dev.vast4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.e2e.Square;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers come to run what was registered, however the way there was broken. */
@Timeout(60)
class DeployerTest {
  private static final String FORBIDDEN =
      "<Error><Code>AccessDenied</Code><Message>Policy expired.</Message></Error>";

  private final Deque<String> actions = new ArrayDeque<>();
  private final Deque<Integer> uploads = new ArrayDeque<>();
  private volatile boolean engineFails;
  @TempDir private Path cache;
  private final ScriptedServer service = new ScriptedServer(this::answer);

  @AfterEach
  void stop() {
    service.close();
  }

  private Reply answer(Request request) {
    return switch (request.path()) {
      case "/api/v0/deployments/" -> {
        String action = actions.removeFirst();
        String upload =
            uploads.isEmpty()
                ? ""
                : ",\"upload_url\":\""
                    + service.url()
                    + "/store\",\"upload_fields\":{\"key\":\"bundle\"}";
        yield Reply.json(
            "{\"success\":true,\"action\":\""
                + action
                + "\",\"deployment_id\":1,\"endpoint_id\":2,\"workergroup_id\":3"
                + upload
                + "}");
      }
      case "/store" -> {
        int status = uploads.removeFirst();
        yield status == 403
            ? Reply.of(403, "application/xml", FORBIDDEN.getBytes(UTF_8))
            : Reply.of(status, "text/plain", new byte[0]);
      }
      case "/update_workers/" ->
          engineFails ? Reply.of(403, "text/plain", new byte[0]) : Reply.json("{\"success\":true}");
      default -> Reply.json("{\"success\":true}");
    };
  }

  @Test
  void whatIsThereIsLeftAlone() {
    actions.add("exists");
    assertThat(deploy()).isEqualTo(UpdateTier.NONE);
    assertThat(service.requests("/update_workers/")).isEmpty();
  }

  @Test
  void bundleThatAnEarlierRunDidNotUploadIsRolledOut() {
    actions.add("exists");
    uploads.add(204);
    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(service.requests("/update_workers/")).hasSize(1);
  }

  @Test
  void updateWhoseFormExpiredIsRolledOutAfterTheSecondRegistration() {
    actions.addAll(List.of("soft_update", "exists"));
    uploads.addAll(List.of(403, 204));
    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(service.requests("/store")).hasSize(2);
    assertThat(service.requests("/update_workers/")).hasSize(1);
  }

  @Test
  void newDeploymentWhoseFormExpiredIsStillNew() {
    actions.addAll(List.of("created", "exists"));
    uploads.addAll(List.of(403, 204));
    assertThat(deploy()).isEqualTo(UpdateTier.NEW);
    assertThat(service.requests("/update_workers/")).isEmpty();
  }

  @Test
  void bundleWhoseWorkersWereNotToldIsRolledOutByTheNextRun() {
    actions.addAll(List.of("soft_update", "exists", "exists"));
    uploads.add(204);
    engineFails = true;
    assertThatThrownBy(this::deploy).isInstanceOf(VastException.class);
    engineFails = false;

    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(deploy()).isEqualTo(UpdateTier.NONE);
    assertThat(service.requests("/store")).hasSize(1);
  }

  @Test
  void bundleWhoseWorkersWereNotToldIsLeftWhereAnotherReplacedIt() {
    actions.addAll(List.of("soft_update", "exists"));
    uploads.add(204);
    engineFails = true;
    assertThatThrownBy(this::deploy).isInstanceOf(VastException.class);
    engineFails = false;

    assertThat(deploy("another")).isEqualTo(UpdateTier.NONE);
  }

  private UpdateTier deploy() {
    return deploy("something");
  }

  private UpdateTier deploy(String variable) {
    try (Vast vast =
            Vast.builder()
                .apiKey("key-4711")
                .webUrl(service.url())
                .engineUrl(service.url())
                .cacheFolder(cache)
                .build();
        Deployment app =
            Deployment.builder("one")
                .vast(vast)
                .remote(Square.class)
                .image(Image.of("image", 16).env("WHAT", variable))
                .build()) {
      return app.ensureReady();
    }
  }
}
