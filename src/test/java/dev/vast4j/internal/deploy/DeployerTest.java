package dev.vast4j.internal.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.MarketEstimate;
import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.Rollback;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.e2e.Square;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.Answers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Workers come to run what was registered, however the way there was broken. */
@Timeout(60)
class DeployerTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  @TempDir private Path cache;

  private static ResponseDefinitionBuilder registered(String action) {
    return registered(action, "");
  }

  /** Registered, and the bundle is wanted. */
  private static ResponseDefinitionBuilder wanted(String action) {
    return registered(
        action,
        ",\"upload_url\":\""
            + SERVICE.baseUrl()
            + "/store\",\"upload_fields\":{\"key\":\"bundle\"}");
  }

  private static ResponseDefinitionBuilder registered(String action, String upload) {
    return Answers.json(
        "{\"success\":true,\"action\":\""
            + action
            + "\",\"deployment_id\":1,\"endpoint_id\":2,\"workergroup_id\":3"
            + upload
            + "}");
  }

  private static void registrations(ResponseDefinitionBuilder... inTurn) {
    Answers.inTurn(SERVICE, "/api/v0/deployments/", inTurn);
  }

  private static void uploads(ResponseDefinitionBuilder... inTurn) {
    Answers.inTurn(SERVICE, "/store", inTurn);
  }

  private static void rollOuts(ResponseDefinitionBuilder... inTurn) {
    Answers.inTurn(SERVICE, "/update_workers/", inTurn);
  }

  private static ResponseDefinitionBuilder taken() {
    return Answers.text(204, "");
  }

  private static ResponseDefinitionBuilder expired() {
    return Answers.of(
        403,
        "application/xml",
        "<Error><Code>AccessDenied</Code><Message>Policy expired.</Message></Error>");
  }

  private static ResponseDefinitionBuilder done() {
    return Answers.json("{\"success\":true}");
  }

  private static int asked(String path) {
    return Answers.requests(SERVICE, path).size();
  }

  @Test
  void leavesAnExistingDeploymentAlone() {
    registrations(registered("exists"));
    assertThat(deploy()).isEqualTo(UpdateTier.NONE);
    assertThat(asked("/update_workers/")).isZero();
  }

  @Test
  void rollsOutABundleThatAnEarlierRunDidNotUpload() {
    registrations(wanted("exists"));
    uploads(taken());
    rollOuts(done());
    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(asked("/update_workers/")).isOne();
  }

  @Test
  void rollsOutAfterASecondRegistrationWhenTheUploadFormExpired() {
    registrations(wanted("soft_update"), wanted("exists"));
    uploads(expired(), taken());
    rollOuts(done());
    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(asked("/store")).isEqualTo(2);
    assertThat(asked("/update_workers/")).isOne();
  }

  @Test
  void reportsNewWhenTheUploadFormOfANewDeploymentExpired() {
    registrations(wanted("created"), wanted("exists"));
    uploads(expired(), taken());
    assertThat(deploy()).isEqualTo(UpdateTier.NEW);
    assertThat(asked("/update_workers/")).isZero();
  }

  @Test
  void nextRunRollsOutABundleThatWorkersDoNotKnow() {
    registrations(wanted("soft_update"), registered("exists"));
    uploads(taken());
    rollOuts(Answers.text(403, ""), done());
    assertThatThrownBy(this::deploy).isInstanceOf(VastException.class);

    assertThat(deploy()).isEqualTo(UpdateTier.SOFT);
    assertThat(deploy()).isEqualTo(UpdateTier.NONE);
    assertThat(asked("/store")).isOne();
  }

  @Test
  void skipsTheRollOutWhenAnotherBundleReplacedIt() {
    registrations(wanted("soft_update"), registered("exists"));
    uploads(taken());
    rollOuts(Answers.text(403, ""), done());
    assertThatThrownBy(this::deploy).isInstanceOf(VastException.class);

    assertThat(deploy("another")).isEqualTo(UpdateTier.NONE);
    assertThat(asked("/update_workers/")).isOne();
  }

  @Test
  void refusesATooLargeTarballBeforeRegistering() throws IOException {
    registrations(registered("exists"));
    deploy();
    rememberedSize(5L << 30);
    deploy();

    rememberedSize((5L << 30) + 1);
    assertThatThrownBy(this::deploy)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("deployment 'one'")
        .hasMessageContaining("5 GiB")
        .hasMessageContaining("Image.asset");
    assertThat(asked("/api/v0/deployments/")).isEqualTo(2);
  }

  @Test
  void deletesLeftoversOfKilledDeploys() throws IOException {
    Path old = Files.createTempDirectory("vast4j-bundle-");
    Files.writeString(old.resolve("bundle.tar.gz"), "whole");
    Files.writeString(old.resolve(".vast4j-1.partial"), "a part");
    Path recent = Files.createTempDirectory("vast4j-bundle-");
    Path other = Files.createTempDirectory("bundle-");
    FileTime daysAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    for (Path folder : List.of(old, other)) {
      Files.setLastModifiedTime(folder, daysAgo);
    }
    registrations(registered("exists"));

    deploy();

    assertThat(old).doesNotExist();
    assertThat(recent).exists();
    assertThat(other).exists();
    Files.delete(recent);
    Files.delete(other);
  }

  /** Sets how large the tarball was the last time, which is kept so that it need not be made. */
  private void rememberedSize(long bytes) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      List<Path> sizes =
          files.filter(file -> file.getFileName().toString().startsWith("size-")).toList();
      assertThat(sizes).hasSize(1);
      byte[] text = Long.toString(bytes).getBytes(UTF_8);
      CRC32 checksum = new CRC32(); // as the cache ends each of its entries
      checksum.update(text);
      ByteBuffer entry = ByteBuffer.allocate(text.length + Long.BYTES);
      Files.write(sizes.get(0), entry.put(text).putLong(checksum.getValue()).array());
    }
  }

  private static final String OFFERS = "/api/v0/search/asks/";

  @Test
  void saysBeforeTheFirstDeployThatNoMachineMatches() {
    registrations(registered("created"));
    Answers.inTurn(SERVICE, OFFERS, Answers.json("{\"offers\":[]}"));
    List<Progress> told = new ArrayList<>();

    deploy("something", told::add);

    assertThat(told.stream().map(Object::getClass).map(Class::getSimpleName))
        .containsSubsequence("Planning", "Market", "Registering", "Deployed")
        .containsOnlyOnce("Market");
  }

  @Test
  void saysWhatANewDeploymentMayCost() {
    registrations(registered("created"), registered("exists"));
    Answers.inTurn(
        SERVICE,
        OFFERS,
        Answers.json("{\"offers\":[{\"id\":1,\"gpu_name\":\"L4\",\"dph_total\":0.3}]}"));
    List<Progress> told = new ArrayList<>();

    deploy("something", told::add);

    assertThat(told)
        .contains(
            new Progress.Market(
                new MarketEstimate(
                    "verified=true rentable=true rented=false",
                    1,
                    OptionalDouble.of(0.3),
                    "L4",
                    null)));
    told.clear();
    deploy("something", told::add);
    assertThat(told).noneMatch(Progress.Market.class::isInstance);
  }

  @Test
  void asksNoMarketWhenNobodyListens() {
    registrations(registered("created"));

    deploy();

    assertThat(asked(OFFERS)).isZero();
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "refuses a search of the market, or does not answer it",
      of = "a plan or a deploy",
      outcome = "no estimate; plan and deploy go on")
  void goesOnWithoutTheMarket() {
    registrations(registered("created"));
    Answers.inTurn(
        SERVICE, OFFERS, Answers.json(400, "{}"), Answers.json("{}").withFixedDelay(20_000));
    List<Progress> told = new ArrayList<>();

    assertThat(deploy("something", told::add)).isEqualTo(UpdateTier.NEW);
    assertThat(deploy("other", told::add)).isEqualTo(UpdateTier.NEW);

    assertThat(told).noneMatch(Progress.Market.class::isInstance);
  }

  @Test
  void tellsThatADeployFailed() {
    registrations(Answers.json(400, "{}"));
    List<Progress> told = new ArrayList<>();

    assertThatThrownBy(() -> deploy("something", told::add)).isInstanceOf(VastException.class);

    assertThat(told).endsWith(new Progress.Failed("one"));
  }

  @Test
  void rollBackRegistersUploadsAndRollsOutAnEarlierVersion() {
    registrations(wanted("created"), wanted("soft_update"), wanted("soft_update"));
    uploads(taken(), taken(), taken());
    rollOuts(done(), done());
    assertThat(deploy("one")).isEqualTo(UpdateTier.NEW);
    assertThat(deploy("two")).isEqualTo(UpdateTier.SOFT);
    List<String> configs = bodies("/api/v0/deployments/");
    Answers.inTurn(
        SERVICE,
        "/api/v0/deployment/1/",
        Answers.json(
            "{\"success\":true,\"deployment\":{\"id\":1,\"name\":\"one\",\"tag\":\"default\","
                + "\"image\":\"image\",\"file_hash\":\""
                + hash(configs.get(1))
                + "\",\"current_version_id\":12}}"));
    Answers.inTurn(
        SERVICE,
        "/api/v0/deployment/1/versions/",
        Answers.json(
            "{\"success\":true,\"versions\":["
                + "{\"id\":12,\"file_hash\":\""
                + hash(configs.get(1))
                + "\",\"image\":\"image\"},{\"id\":11,\"file_hash\":\""
                + hash(configs.get(0))
                + "\"}]}"));

    try (Vast vast = vast()) {
      Rollback done = vast.deployments().rollBack(1);

      assertThat(done.version().id()).isEqualTo(11);
      assertThat(done.tier()).isEqualTo(UpdateTier.SOFT);
    }
    assertThat(bodies("/api/v0/deployments/").get(2)).isEqualTo(configs.get(0));
    assertThat(asked("/store")).isEqualTo(3);
    assertThat(asked("/update_workers/")).isEqualTo(2);
  }

  private static List<String> bodies(String path) {
    return Answers.requests(SERVICE, path).stream().map(LoggedRequest::getBodyAsString).toList();
  }

  private static String hash(String config) {
    return config.replaceFirst("(?s).*\"file_hash\":\"([0-9a-f]+)\".*", "$1");
  }

  @Test
  void closeDoesNotWaitForAnUpload() throws Exception {
    try (ServerSocket store = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Vast vast = vast()) {
      registrations(
          registered(
              "created",
              ",\"upload_url\":\"http://127.0.0.1:"
                  + store.getLocalPort()
                  + "/store\",\"upload_fields\":{\"key\":\"bundle\"}"));
      Deployment app =
          Deployment.builder("one").vast(vast).remote(Square.class).image(Image.of("i", 8)).build();
      CompletableFuture<UpdateTier> deploying = app.ensureReadyAsync();
      Socket upload = store.accept();
      try (upload) {
        long start = System.nanoTime();
        app.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(deploying).isNotDone();
      }
    }
  }

  private Vast vast() {
    return Vast.builder()
        .apiKey("key-4711")
        .webUrl(SERVICE.baseUrl())
        .engineUrl(SERVICE.baseUrl())
        .cacheFolder(cache)
        .build();
  }

  private UpdateTier deploy() {
    return deploy("something");
  }

  private UpdateTier deploy(String variable) {
    return deploy(variable, ProgressListener.none());
  }

  private UpdateTier deploy(String variable, ProgressListener progress) {
    try (Vast vast = vast();
        Deployment app =
            Deployment.builder("one")
                .vast(vast)
                .remote(Square.class)
                .image(Image.of("image", 16).env("WHAT", variable))
                .progress(progress)
                .build()) {
      return app.ensureReady();
    }
  }
}
