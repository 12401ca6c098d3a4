package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.AssetStore;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.Secret;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.errors.AssetStoreException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.assets.FaultyWire;
import dev.vast4j.internal.assets.S3Proxy;
import dev.vast4j.internal.assets.UploadForms;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.local.LocalVast;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Assets from a file here, through a real object store, to a function in a worker's process. */
@Timeout(120)
class AssetsTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private static final int SIZE = 40 << 20;
  private static final String IMAGE = "vastai/base-image:@vastai-automatic-tag";

  private static LocalVast engine;
  private static S3Proxy store;
  @TempDir static Path folder;
  private static Path model;
  private static Path config;

  private FaultyWire wire;
  private final List<Progress> told = new ArrayList<>();
  private Consumer<Progress> reaction = progress -> {};

  @BeforeAll
  static void start() throws Exception {
    engine = LocalVast.start();
    byte[] bytes = new byte[SIZE];
    new Random(11).nextBytes(bytes);
    model = Files.write(folder.resolve("model.safetensors"), bytes);
    config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("config.json"), "{}");
    Files.writeString(
        Files.createDirectories(config.resolve("vocabulary")).resolve("words.txt"), "words");
  }

  @AfterAll
  static void stop() {
    engine.client().close();
    engine.close();
  }

  @BeforeEach
  void open() throws Exception {
    store = S3Proxy.empty();
    wire = new FaultyWire(store.port());
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
  }

  private AssetStore bucket() {
    return AssetStore.s3("s3://" + S3Proxy.BUCKET + "/team")
        .endpoint(wire.url())
        .credentials(S3Proxy.KEY_ID, Secret.from("the test", () -> S3Proxy.SECRET));
  }

  private Deployment weights(String name, UnaryOperator<Image> image, AssetStore assets) {
    Deployment.Builder builder =
        Deployment.builder(name)
            .vast(engine.client())
            .remote(Weights.class)
            .image(image.apply(Image.of(IMAGE, 16)))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .progress(
                progress -> {
                  told.add(progress);
                  reaction.accept(progress);
                });
    return (assets == null ? builder : builder.assets(assets)).build();
  }

  private static Image assets(Image image) {
    return image.asset(model, "models/model.safetensors").asset(config, "models");
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private long puts() {
    return wire.requests().stream().filter(request -> request.startsWith("PUT")).count();
  }

  @Test
  void aFileReachesTheFunctionAndIsUploadedOnce() throws Exception {
    String key = "team/" + sha256(model);
    try (Deployment first = weights("weights", AssetsTest::assets, bucket())) {
      UpdatePlan plan = first.plan();
      assertThat(plan.assets())
          .extracting(
              UpdatePlan.Asset::destination, UpdatePlan.Asset::bytes, UpdatePlan.Asset::toUpload)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("models/model.safetensors", (long) SIZE, true),
              org.assertj.core.groups.Tuple.tuple("models/config.json", 2L, true),
              org.assertj.core.groups.Tuple.tuple("models/vocabulary/words.txt", 5L, true));
      assertThat(plan.toString()).contains("models/model.safetensors: 41.9 MB to upload");
      assertThat(store.keys()).isEmpty();

      assertThat(first.ensureReady()).isEqualTo(UpdateTier.NEW);

      assertThat(store.keys()).hasSize(3).contains(key);
      assertThat(store.send("HEAD", "/weights/" + key, "").headers().firstValue("etag"))
          .hasValueSatisfying(tag -> assertThat(tag).contains("-3"));
      assertThat(sentOf("models/model.safetensors")).isNotEmpty().endsWith((long) SIZE);
      Weights weights = first.remote(Weights.class);
      assertThat(weights.sha256("models/model.safetensors")).isEqualTo(sha256(model));
      assertThat(weights.sha256("models/vocabulary/words.txt"))
          .isEqualTo(sha256(config.resolve("vocabulary/words.txt")));
    }
    told.clear();
    long before = puts();

    try (Deployment again = weights("weights", AssetsTest::assets, bucket())) {
      assertThat(again.plan().assets()).noneMatch(UpdatePlan.Asset::toUpload);
      assertThat(again.ensureReady()).isEqualTo(UpdateTier.NONE);
    }
    try (Deployment changed =
        weights(
            "weights",
            image -> assets(image).copy(config.resolve("config.json"), "other.json"),
            bucket())) {
      assertThat(changed.ensureReady()).isEqualTo(UpdateTier.SOFT);
      assertThat(told).noneMatch(Progress.UploadingAsset.class::isInstance);
      assertThat(puts()).isEqualTo(before);
      changed.delete();
    }
  }

  private List<Long> sentOf(String destination) {
    return told.stream()
        .filter(Progress.UploadingAsset.class::isInstance)
        .map(Progress.UploadingAsset.class::cast)
        .filter(progress -> progress.destination().equals(destination))
        .map(Progress.UploadingAsset::sent)
        .toList();
  }

  @Test
  void workersWithAKeyNeedNoLinks() throws Exception {
    AssetStore assets =
        bucket().workerKey(S3Proxy.KEY_ID, Secret.from("the test", () -> S3Proxy.SECRET));
    try (Deployment app = weights("keyed", image -> image.asset(config, "models"), assets)) {
      assertThat(app.plan().toString()).doesNotContain(S3Proxy.SECRET);
      app.ensureReady();
      assertThat(app.remote(Weights.class).sha256("models/config.json"))
          .isEqualTo(sha256(config.resolve("config.json")));
      assertThat(app.plan().tier()).isEqualTo(UpdateTier.NONE);
      AssetStore other = assets.workerKey("AKIDOTHER", Secret.from("the test", () -> "other"));
      try (Deployment changed = weights("keyed", image -> image.asset(config, "models"), other)) {
        assertThat(changed.plan().tier()).isEqualTo(UpdateTier.HARD);
      }
      app.delete();
    }
  }

  @Test
  void withoutABucketTheWorkersOfThisMachineCopyTheFiles() throws Exception {
    try (Deployment app = weights("copied", AssetsTest::assets, null)) {
      assertThat(app.plan().assets()).hasSize(3).noneMatch(UpdatePlan.Asset::toUpload);
      app.ensureReady();
      assertThat(app.remote(Weights.class).sha256("models/model.safetensors"))
          .isEqualTo(sha256(model));
      app.delete();
    }
  }

  @Test
  void aBrokenUploadIsTriedAgain() throws Exception {
    wire.breakRequests(2, 1 << 20);
    try (Deployment app = weights("broken", AssetsTest::assets, bucket())) {
      app.ensureReady();
      app.delete();
    }
    assertThat(store.keys()).hasSize(3).contains("team/" + sha256(model));
  }

  @Test
  void anUploadThatFailsLeavesNothingBehind() {
    wire.breakRequests(Integer.MAX_VALUE, 1 << 20);
    try (Deployment app = weights("failing", AssetsTest::assets, bucket())) {
      assertThatThrownBy(app::ensureReady)
          .isInstanceOfSatisfying(
              AssetStoreException.class,
              e -> {
                assertThat(e.bucket()).isEqualTo(S3Proxy.BUCKET);
                assertThat(e.status()).isZero();
                assertThat(e)
                    .hasMessageNotContaining(S3Proxy.SECRET)
                    .hasCauseInstanceOf(Exception.class);
              });
    }
    assertThat(store.unfinished()).isEmpty();
    assertThat(wire.requests()).anyMatch(request -> request.startsWith("DELETE /weights/team/"));
    assertThat(engine.client().deployments().find("failing", "default")).isEmpty();
  }

  @Test
  void anInterruptedUploadLeavesNothingBehind() {
    reaction =
        progress -> {
          if (progress instanceof Progress.UploadingAsset uploading && uploading.sent() > 0) {
            Thread.currentThread().interrupt();
          }
        };
    try (Deployment app = weights("interrupted", AssetsTest::assets, bucket())) {
      assertThatThrownBy(app::ensureReady)
          .isInstanceOf(AssetStoreException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store.unfinished()).isEmpty();
    assertThat(engine.client().deployments().find("interrupted", "default")).isEmpty();
  }

  @Test
  void anObjectOfTheWrongSizeIsReplaced() throws Exception {
    String key = "team/" + sha256(config.resolve("config.json"));
    store.send("PUT", "/weights/" + key, "something else");
    try (Deployment app = weights("wrong", image -> image.asset(config, "models"), bucket())) {
      app.ensureReady();
      app.delete();
    }
    assertThat(store.send("GET", "/weights/" + key, "").body()).isEqualTo("{}");
  }

  @Test
  void aMissingBucketFailsBeforeAnythingIsTouched() {
    AssetStore missing =
        AssetStore.s3("no-such-bucket")
            .endpoint(wire.url())
            .pathStyle(true)
            .credentials(S3Proxy.KEY_ID, Secret.from("the test", () -> S3Proxy.SECRET));
    fails("missing", missing, 404, "NoSuchBucket");
  }

  @Test
  void badCredentialsFailBeforeAnythingIsTouched() {
    AssetStore wrong = bucket().credentials(S3Proxy.KEY_ID, Secret.from("t", () -> "wrong-secret"));
    fails("wrong", wrong, 403, "SignatureDoesNotMatch");
    AssetStore unknown = bucket().credentials("AKIDNOBODY", Secret.from("t", () -> "wrong-secret"));
    fails("unknown", unknown, 403, "InvalidAccessKeyId");
  }

  private void fails(String name, AssetStore assets, int status, String code) {
    try (Deployment app = weights(name, AssetsTest::assets, assets)) {
      assertThatThrownBy(app::plan).isInstanceOf(AssetStoreException.class);
      assertThatThrownBy(app::ensureReady)
          .isInstanceOfSatisfying(
              AssetStoreException.class,
              e -> {
                assertThat(e.status()).isEqualTo(status);
                assertThat(e.code()).isEqualTo(code);
                assertThat(e.detail()).isNotBlank();
                assertThat(e).hasMessageNotContainingAny("wrong-secret", S3Proxy.SECRET);
              });
    }
    assertThat(engine.client().deployments().find(name, "default")).isEmpty();
    assertThat(store.keys()).isEmpty();
    assertThat(puts()).isZero();
  }

  @Test
  void temporaryCredentialsMakeNoLinks() {
    AssetStore fromChain = AssetStore.s3(S3Proxy.BUCKET).endpoint(wire.url());
    Map<String, String> session =
        Map.of(
            "aws.accessKeyId", S3Proxy.KEY_ID,
            "aws.secretAccessKey", S3Proxy.SECRET,
            "aws.sessionToken", "token");
    session.forEach(System::setProperty);
    try (Deployment app = weights("temporary", AssetsTest::assets, fromChain)) {
      assertThatThrownBy(app::ensureReady)
          .isInstanceOf(AssetStoreException.class)
          .hasMessageContainingAll("temporary", "AssetStore.workerKey");
    } finally {
      session.keySet().forEach(System::clearProperty);
    }
    assertThat(engine.client().deployments().find("temporary", "default")).isEmpty();
  }

  /** The service's side is scripted here; the store that it sends the client to is a real one. */
  @Test
  void anExpiredFormIsReplacedByAFreshOne() throws Exception {
    Answers.inTurn(SERVICE, Answers.json("{\"success\": true, \"deployments\": []}"));
    Instant now = Instant.now();
    Answers.inTurn(
        SERVICE,
        "/api/v0/deployments/",
        Answers.json(answer(now.minus(Duration.ofHours(1)))),
        Answers.json(answer(now)));
    try (Vast vast =
            Vast.builder()
                .apiKey("key")
                .webUrl(SERVICE.baseUrl())
                .engineUrl(SERVICE.baseUrl())
                .build();
        Deployment app =
            Deployment.builder("expired")
                .vast(vast)
                .remote(Weights.class)
                .image(Image.of(IMAGE, 16))
                .build()) {
      assertThat(app.ensureReady()).isEqualTo(UpdateTier.NEW);
      assertThat(Answers.requests(SERVICE, "/api/v0/deployments/")).hasSize(2);
      assertThat(store.keys()).containsExactly("bundles/1.tar.gz");
    }
  }

  private static String answer(Instant signed) {
    String fields =
        UploadForms.postForm(
                S3Proxy.BUCKET, "bundles/1.tar.gz", 1L << 30, signed, Duration.ofMinutes(10))
            .entrySet()
            .stream()
            .map(field -> "\"" + field.getKey() + "\": \"" + field.getValue() + "\"")
            .collect(Collectors.joining(", "));
    return """
    {"success": true, "action": "created", "deployment_id": 1, "endpoint_id": 2,
     "upload_url": "%s", "upload_fields": {%s}}\
    """
        .formatted(store.url() + "/" + S3Proxy.BUCKET, fields);
  }

  @Test
  void withoutABucketAnEngineElsewhereIsRefused() {
    try (Vast far = Vast.builder().apiKey("key").webUrl("https://console.example").build()) {
      Deployment.Builder builder =
          Deployment.builder("far")
              .vast(far)
              .remote(Weights.class)
              .image(assets(Image.of(IMAGE, 16)));
      assertThatThrownBy(builder::build)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContainingAll("Image.asset", "AssetStore.s3", "VAST_ASSETS");
    }
  }

  @Test
  void pythonSourcesTakeNone() throws IOException {
    Path python = Files.writeString(folder.resolve("deploy.py"), "");
    Deployment.Builder builder =
        Deployment.builder("python")
            .vast(engine.client())
            .remote(Weights.class)
            .python(python)
            .assets(bucket())
            .image(assets(Image.of(IMAGE, 16)));
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContainingAll("Image.asset", "Python");
  }

  @Test
  void theMissingSdkIsNamed() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("awssdk")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader without =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Runnable build =
          (Runnable) without.loadClass(WithoutSdk.class.getName()).getConstructor().newInstance();
      assertThatThrownBy(build::run)
          .hasMessageContainingAll(
              "Image.asset",
              "software.amazon.awssdk:s3",
              "software.amazon.awssdk:url-connection-client");
    }
  }

  /** Builds a deployment with an asset; loaded where there is no AWS SDK. */
  public static final class WithoutSdk implements Runnable {
    @Override
    public void run() {
      try (Vast vast = Vast.builder().apiKey("key").webUrl("https://console.example").build()) {
        Deployment.builder("far")
            .vast(vast)
            .remote(Weights.class)
            .image(Image.of(IMAGE, 16).asset(Path.of("pom.xml"), "pom.xml"))
            .assets(AssetStore.s3("bucket"))
            .build()
            .close();
      }
    }
  }
}
