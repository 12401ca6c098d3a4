package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkergroupInfo;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.local.LocalVast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user does with what an account has: look, call, stop, start and delete. */
@Timeout(120)
class AccountTest {
  private static final long UNKNOWN = 987_654_321;

  private static LocalVast engine;
  private static Vast vast;

  @BeforeAll
  static void startEngine() {
    engine = LocalVast.start();
    vast = engine.client();
  }

  @AfterAll
  static void stopEngine() {
    vast.close();
    engine.close();
  }

  @Test
  void aSessionStaysOnItsWorkerUntilItIsClosed() {
    try (Deployment app = deployed("session", "default")) {
      Session session = app.openSession(Duration.ofMinutes(5));
      try (session) {
        assertThat(session.id()).hasSize(13);
        assertThat(session.isOpen()).isTrue();
        assertThat(session.expiration()).isAfter(Instant.now());
        assertThat(session.toString()).doesNotContain(engine.apiKey());

        Square square = session.remote(Square.class);
        assertThat(square.square(5).join()).isEqualTo(25);
        assertThat(square.processId()).isEqualTo(square.processId());

        Session again = Session.resume(app, session.id(), session.auth());
        assertThat(again.remote(Square.class).processId()).isEqualTo(square.processId());
        again.detach();
      }
      assertThat(session.isOpen()).isFalse();
      assertThatThrownBy(() -> session.remote(Square.class).processId())
          .isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(
              () ->
                  app.openSession(
                      SessionOptions.lasting(Duration.ofMinutes(1)).onClose("/done", Map.of())))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("SessionOptions.onClose");
      app.delete();
    }
  }

  @Test
  void aStoppedDeploymentAnswersAgainOnceItIsStarted() {
    try (Deployment app = deployed("pause", "default")) {
      assertThat(app.remote(Square.class).square(2).join()).isEqualTo(4);
      assertThat(app.versions())
          .singleElement()
          .satisfies(version -> assertThat(version.fileSize()).isPositive());

      app.stop();
      app.start();

      assertThat(app.remote(Square.class).square(3).join()).isEqualTo(9);
      assertThat(app.toString()).contains("pause").doesNotContain(engine.apiKey());
      app.delete();
    }
  }

  @Test
  void deploymentsAreFoundAndDeletedByName() {
    try (Deployment one = deployed("names", "one");
        Deployment two = deployed("names", "two")) {
      long id = vast.deployments().find("names", "one").map(DeploymentInfo::id).orElseThrow();
      assertThat(vast.deployments().get(id).name()).isEqualTo(one.name());
      assertThat(vast.deployments().versions(id)).hasSize(1);
      assertThat(two.tag()).isEqualTo("two");

      vast.deployments().delete("names", "one");
      assertThat(vast.deployments().list()).extracting(DeploymentInfo::tag).contains("two");
      assertThat(vast.deployments().find("names", "one")).isEmpty();

      vast.deployments().deleteAll("names");
      assertThat(vast.deployments().find("names", "two")).isEmpty();
    }
  }

  @Test
  void endpointsAndWorkergroupsAreListedWithTheirLogs() {
    try (Deployment app = deployed("groups", "default")) {
      assertThat(app.remote(Square.class).square(2).join()).isEqualTo(4);
      EndpointInfo endpoint = endpointOf(app);
      WorkergroupInfo group = workergroupOf(endpoint);

      assertThat(vast.endpoints().get(endpoint.id()).name()).isEqualTo(endpoint.name());
      assertThat(vast.endpoints().workers(endpoint.id())).isNotEmpty();
      assertThat(vast.endpoints().logs(endpoint.id()).byLevel()).isNotEmpty();
      assertThat(vast.workergroups().logs(group.id()).byLevel()).isNotEmpty();
      app.delete();
    }
  }

  @Test
  void workergroupsAreUpdatedAndUpdatesCancelled() {
    try (Deployment app = deployed("updated", "default")) {
      assertThat(app.remote(Square.class).square(2).join()).isEqualTo(4);
      long group = workergroupOf(endpointOf(app)).id();

      vast.workergroups().update(group); // its workers have the newest bundle already
      vast.workergroups().cancelUpdate(group);

      assertThat(app.remote(Square.class).square(3).join()).isEqualTo(9);
      app.delete();
    }
  }

  @Test
  void whatIsDeletedWithItsEndpointOrWorkergroupIsGone() {
    try (Deployment one = deployed("by-endpoint", "default");
        Deployment two = deployed("by-workergroup", "default")) {
      vast.endpoints().delete(endpointOf(one).id());
      vast.workergroups().delete(workergroupOf(endpointOf(two)).id());

      assertThat(vast.deployments().find(one.name(), one.tag())).isEmpty();
      assertThat(vast.deployments().find(two.name(), two.tag())).isEmpty();
    }
  }

  @Test
  void aDeployThatEndedBeforeItsUploadIsFinishedByTheNext() {
    Deployment.Builder same =
        Deployment.builder("ended").vast(vast).remote(Square.class).image(Image.of("account", 1));
    ProgressListener end =
        progress -> {
          if (progress instanceof Progress.Uploading) {
            throw new AssertionError("the program ends here");
          }
        };
    try (Deployment broken = same.progress(end).build()) {
      assertThatThrownBy(broken::ensureReady).hasMessage("the program ends here");
    }
    try (Deployment next = same.progress(progress -> {}).build()) {
      UpdatePlan plan = next.plan();
      assertThat(plan.tier()).isEqualTo(UpdateTier.SOFT);
      assertThat(plan.changes().toString())
          .contains("code: an earlier run registered it but did not upload it");

      assertThat(next.ensureReady()).isEqualTo(UpdateTier.SOFT);

      assertThat(next.plan().tier()).isEqualTo(UpdateTier.NONE);
      next.delete();
    }
  }

  @Test
  void versionsHaveTheirLabels() {
    Image systemPython = Image.of("account", 1).useSystemPython();
    try (Deployment app =
        Deployment.builder("labelled")
            .vast(vast)
            .remote(Square.class)
            .image(systemPython)
            .versionLabel("the first")
            .build()) {
      app.ensureReady();
      assertThat(app.versions()).extracting(VersionInfo::label).containsExactly("the first");
      assertThat(vast.deployments().find("labelled", "default").orElseThrow().env())
          .contains("-e USE_SYSTEM_PYTHON=true");
      app.delete();
    }
  }

  @Test
  void fewThreadsServeManyCalls() {
    try (Deployment app = deployed("threads", "default");
        Vast few =
            Vast.builder()
                .webUrl(engine.url().toString())
                .engineUrl(engine.url().toString())
                .apiKey(engine.apiKey())
                .threads(1)
                .build();
        Deployment attached = Deployment.attach("threads", "default", few)) {
      Square square = attached.remote(Square.class);
      List<CompletableFuture<Integer>> answers =
          IntStream.range(0, 50).mapToObj(square::square).toList();
      assertThat(answers.stream().map(CompletableFuture::join))
          .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(x -> x * x).toList());
      app.delete();
    }
  }

  @Test
  void propertiesSayWhereToConnect() {
    System.setProperty("vast.url", engine.url().toString());
    System.setProperty("vast.apiKey", engine.apiKey());
    try (Deployment app = deployed("by-properties", "default");
        Vast found = Vast.fromEnvironmentOrLocal();
        Deployment attached = Deployment.attach("by-properties")) {
      assertThat(found.webUrl()).isEqualTo(engine.url());
      assertThat(attached.remote(Square.class).square(7).join()).isEqualTo(49);
      app.delete();
    } finally {
      System.clearProperty("vast.url");
      System.clearProperty("vast.apiKey");
    }
  }

  @Test
  void unknownIdsAreSaidToBe() {
    assertThatThrownBy(() -> vast.endpoints().delete(UNKNOWN)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> vast.workergroups().delete(UNKNOWN)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> vast.workergroups().update(UNKNOWN)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> vast.workergroups().cancelUpdate(UNKNOWN))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void whatIsAttachedIsCalledButNotDeployed() {
    try (Deployment app = deployed("attach", "default");
        Deployment attached = Deployment.attach("attach", "default", vast)) {
      assertThat(attached.remote(Square.class).square(6).join()).isEqualTo(36);
      assertThatThrownBy(attached::plan).isInstanceOf(NotDeployedException.class);
      assertThatThrownBy(() -> attached.local(Square.class))
          .isInstanceOf(NotDeployedException.class);
      assertThat(attached.ensureReady()).as("there as it is").isEqualTo(UpdateTier.NONE);
      app.delete();
    }
  }

  private static EndpointInfo endpointOf(Deployment app) {
    Long id = vast.deployments().find(app.name(), app.tag()).orElseThrow().endpointId();
    return vast.endpoints().list().stream()
        .filter(info -> Long.valueOf(info.id()).equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static WorkergroupInfo workergroupOf(EndpointInfo endpoint) {
    return vast.workergroups().list().stream()
        .filter(info -> Long.valueOf(endpoint.id()).equals(info.endpointId()))
        .findFirst()
        .orElseThrow();
  }

  private static Deployment deployed(String name, String tag) {
    Deployment app =
        Deployment.builder(name)
            .tag(tag)
            .vast(vast)
            .remote(Square.class)
            .image(Image.of("account", 1))
            .autoscaling(
                Autoscaling.defaults()
                    .maxWorkers(1)
                    .maxQueueTime(Duration.ofSeconds(30))
                    .targetQueueTime(Duration.ofSeconds(10))
                    .inactivityTimeout(Duration.ofMinutes(10)))
            .build();
    assertThat(app.ensureReady()).isEqualTo(UpdateTier.NEW);
    return app;
  }
}
