package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Autoscaling;
import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Rollback;
import dev.vast4j.Secret;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.cli.Main;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An earlier version is deployed again, and calls are answered by it. */
@Timeout(300)
class RollbackTest {
  private static final String KEY = "key-of-the-account";
  private static final String SECRET = "a-secret-that-must-not-be-readable";

  @TempDir Path temp;
  private LocalVast engine;
  private Vast vast;
  private Deployment attached;
  private Release release;

  @BeforeEach
  void start() {
    engine = LocalVast.start(LocalOptions.defaults().apiKey(KEY));
    vast = connect(KEY, temp.resolve("cache"));
  }

  @AfterEach
  void stop() {
    if (attached != null) {
      attached.close();
    }
    vast.close();
    engine.close();
  }

  private Vast connect(String key, Path cache) {
    return Vast.builder()
        .apiKey(key)
        .webUrl(engine.url().toString())
        .engineUrl(engine.url().toString())
        .cacheFolder(cache)
        .build();
  }

  @Test
  void earlierVersionAnswersAgain() throws Exception {
    UpdatePlan first = deploy("1", "fast");
    deploy("2", "fast");
    awaitVersion("2");
    long id = id();

    Rollback done = vast.deployments().rollBack(id);

    assertThat(done.tier()).isEqualTo(UpdateTier.SOFT);
    assertThat(done.version().fileHash()).isEqualTo(first.bundleHash());
    awaitVersion("1");
    assertThat(vast.deployments().get(id).fileHash()).isEqualTo(first.bundleHash());

    // Back again: the version before the current one is now the second.
    long second = versions().get(1).id();
    assertThat(vast.deployments().rollBack(id, second).version().id()).isEqualTo(second);
    awaitVersion("2");

    // A changed variable is a hard update, and so is the way back.
    deploy("2", "slow");
    assertThat(vast.deployments().rollBack(id, second).tier()).isEqualTo(UpdateTier.HARD);
    assertThat(plan("2", "fast").tier()).isEqualTo(UpdateTier.NONE);
    assertThat(plan("1", "fast").changes().toString()).contains("deployed from elsewhere");
  }

  @Test
  void keptVersionsAreForTheirOwnerAlone() throws Exception {
    deploy("1", "fast");

    Path folder = temp.resolve("cache").resolve("versions");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> kept = files.toList();
      assertThat(kept).hasSize(3);
      for (Path file : kept) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(SECRET)
            .doesNotContain("base-image")
            .doesNotContain("docker-pass");
      }
    }
  }

  @Test
  void versionThatIsNotKeptSaysWhatToDo() throws Exception {
    deploy("1", "fast");
    deploy("2", "fast");
    long id = id();

    try (Vast elsewhere = connect(KEY, temp.resolve("another"))) {
      assertThatThrownBy(() -> elsewhere.deployments().rollBack(id))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("version " + versions().get(0).id() + " of rolled (default)")
          .hasMessageContaining("Check out that version's source and deploy it");
    }
    assertThatThrownBy(() -> vast.deployments().rollBack(id, 99))
        .isInstanceOf(NotDeployedException.class)
        .hasMessageContaining("no version 99")
        .hasMessageContaining(String.valueOf(versions().get(1).id()));
    assertThat(command("rollback", "rolled", "--to", "99")).startsWith("3 ");
    assertThat(command("rollback", "unknown")).startsWith("3 ");
  }

  @Test
  void commandRollsBack() throws Exception {
    deploy("1", "fast");
    assertThat(command("rollback", "rolled"))
        .startsWith("3 ")
        .contains("no version before the current one");
    deploy("2", "fast");
    long first = versions().get(0).id();

    assertThat(command("rollback", "rolled"))
        .isEqualTo(
            "0 rolled (default): deployed version "
                + first
                + " again: updated code (soft update)\n");
    awaitVersion("1");
    assertThat(command("rollback", "rolled", "--to", String.valueOf(first), "--json"))
        .startsWith("0 ")
        .contains("\"tier\"")
        .contains("NONE")
        .doesNotContain("\"update\"");

    assertThat(command("rollback", "rolled", "--wait", "--json"))
        .startsWith("0 ")
        .containsPattern("1 of \\d workers? on the new version")
        .contains("\"workers\"");
    assertThat(release.version()).isEqualTo("2");
    attached.stop();
    assertThat(command("rollback", "rolled", "--wait", "--json"))
        .startsWith("0 ")
        .contains("no worker runs");
    assertThat(command("rollback", "rolled", "--wait=0")).startsWith("2 ");
  }

  private String command(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", engine.url().toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setProperty("vast.apiKey", KEY);
    System.setProperty("vast.cacheFolder", temp.resolve("cache").toString());
    try {
      PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
      int code = Main.run(all.toArray(String[]::new), printed, printed, false, false);
      return code + " " + out.toString(StandardCharsets.UTF_8);
    } finally {
      System.clearProperty("vast.apiKey");
      System.clearProperty("vast.cacheFolder");
    }
  }

  private UpdatePlan deploy(String version, String mode) throws IOException {
    try (Deployment app = build(version, mode)) {
      UpdatePlan plan = app.plan();
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(1));
      return plan;
    }
  }

  private UpdatePlan plan(String version, String mode) throws IOException {
    try (Deployment app = build(version, mode)) {
      return app.plan();
    }
  }

  private Deployment build(String version, String mode) throws IOException {
    Path classes = temp.resolve("classes");
    Path resource = classes.resolve(Release.RESOURCE);
    Files.createDirectories(resource.getParent());
    Files.writeString(resource, version);
    return Deployment.builder("rolled")
        .vast(vast)
        .remote(Release.class)
        .classpath(Classpath.current().add(classes))
        .image(
            Image.of("vastai/base-image:@vastai-automatic-tag", 16)
                .env("MODE", mode)
                .env("TOKEN", Secret.from("a test", () -> SECRET))
                .dockerLogin("user", "docker-pass", "registry.example"))
        .autoscaling(Autoscaling.defaults().maxWorkers(1))
        .build();
  }

  private long id() {
    return vast.deployments().find("rolled", "default").orElseThrow().id();
  }

  /** The versions, oldest first. */
  private List<VersionInfo> versions() {
    return vast.deployments().versions(id()).stream()
        .sorted(Comparator.comparingLong(VersionInfo::id))
        .toList();
  }

  /** Waits until calls are answered by a version. */
  private void awaitVersion(String version) throws Exception {
    if (attached == null) {
      attached = Deployment.attach("rolled", "default", vast);
      release = attached.remote(Release.class);
    }
    Instant limit = Instant.now().plusSeconds(90);
    String answered = release.version();
    while (!answered.equals(version) && Instant.now().isBefore(limit)) {
      Thread.sleep(100);
      answered = release.version();
    }
    assertThat(answered).isEqualTo(version);
  }
}
