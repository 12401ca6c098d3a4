package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SettingsTest {

  @TestFactory
  Stream<DynamicTest> rejectsInvalidSettings() {
    Image image = Image.of("image", 1);
    Autoscaling scaling = Autoscaling.defaults();
    CallOptions options = CallOptions.defaults();
    Map<String, ThrowingCallable> mistakes =
        Map.ofEntries(
            Map.entry("Image.of blank", () -> Image.of(" ", 1)),
            Map.entry("Image.of space", () -> Image.of("a b", 1)),
            Map.entry("Image.of zero", () -> Image.of("a", 0)),
            Map.entry("Image.of NaN", () -> Image.of("a", Double.NaN)),
            Map.entry("Image.env digit", () -> image.env("1A", "v")),
            Map.entry("Image.env NUL", () -> image.env("A", "a\0b")),
            Map.entry("Image.publishPort 0", () -> image.publishPort(0)),
            Map.entry("Image.publishPort 65536", () -> image.publishPort(65536)),
            Map.entry("Image.publishPort sctp", () -> image.publishPort(1, "sctp")),
            Map.entry("Image.runCmd none", () -> image.runCmd()),
            Map.entry("Image.runScript blank", () -> image.runScript(" ")),
            Map.entry("Image.copy out", () -> image.copy(Path.of("a"), "../b")),
            Map.entry("Image.asset out", () -> image.asset(Path.of("a"), "/a/../b")),
            Map.entry("Image.asset blank", () -> image.asset(Path.of("a"), " ")),
            Map.entry("AssetStore.s3 blank", () -> AssetStore.s3("")),
            Map.entry("AssetStore.s3 path", () -> AssetStore.s3("bucket/prefix")),
            Map.entry("AssetStore.s3 URL", () -> AssetStore.s3("https://bucket")),
            Map.entry("AssetStore.prefix space", () -> AssetStore.s3("bucket").prefix("a b")),
            Map.entry("AssetStore.prefix slash", () -> AssetStore.s3("bucket").prefix("/a")),
            Map.entry("AssetStore.region space", () -> AssetStore.s3("bucket").region("a b")),
            Map.entry("AssetStore.endpoint ftp", () -> AssetStore.s3("bucket").endpoint("ftp://a")),
            Map.entry(
                "AssetStore.endpoint password",
                () -> AssetStore.s3("bucket").endpoint("https://me:pass@a")),
            Map.entry(
                "AssetStore.workerKey blank",
                () -> AssetStore.s3("bucket").workerKey(" ", Secret.literal("secret"))),
            Map.entry("Image.venv relative", () -> image.venv("venv")),
            Map.entry("Image.java 11", () -> image.java(11)),
            Map.entry("Image.javaHome relative", () -> image.javaHome("jdk")),
            Map.entry(
                "Image.javaArchive relative", () -> archive(image, "jdk.tar.gz", "0".repeat(64))),
            Map.entry("Image.javaArchive ftp", () -> archive(image, "ftp://a/b", "0".repeat(64))),
            Map.entry(
                "Image.javaArchive password",
                () -> archive(image, "https://me:pass@a/b", "0".repeat(64))),
            Map.entry("Image.javaArchive digest", () -> archive(image, "https://a/b", "0")),
            Map.entry("Image.copy NUL", () -> image.copy(Path.of("a"), "x\0y")),
            Map.entry("Image.asset half", () -> image.asset(Path.of("a"), "x\udc00")),
            Map.entry("Image.pipInstall NUL", () -> image.pipInstall("a\0")),
            Map.entry("Image.runScript NUL", () -> image.runScript("a\0")),
            Map.entry("Image.runCmd NUL", () -> image.runCmd("a", "b\0")),
            Map.entry("Image.jvmArgs -cp", () -> image.jvmArgs("-cp")),
            Map.entry("Image.jvmArgs --module-path", () -> image.jvmArgs("--module-path=x")),
            Map.entry("Image.jvmArgs -", () -> image.jvmArgs("-")),
            Map.entry("Image.jvmArgs NUL", () -> image.jvmArgs("-Dx=\0")),
            Map.entry("Image.jvmArgs no option", () -> image.jvmArgs("Xmx1g")),
            Map.entry("Image.pipInstall blank", () -> image.pipInstall("")),
            Map.entry("Autoscaling.coldWorkers", () -> scaling.coldWorkers(-1)),
            Map.entry("Autoscaling.maxWorkers", () -> scaling.maxWorkers(0)),
            Map.entry("Autoscaling.minLoad", () -> scaling.minLoad(Double.NaN)),
            Map.entry("Autoscaling.minColdLoad", () -> scaling.minColdLoad(-1)),
            Map.entry("Autoscaling.targetUtil", () -> scaling.targetUtil(1.1)),
            Map.entry("Autoscaling.coldMult", () -> scaling.coldMult(0.5)),
            Map.entry("Autoscaling.maxQueueTime", () -> scaling.maxQueueTime(Duration.ZERO)),
            Map.entry(
                "Autoscaling.targetQueueTime",
                () -> scaling.targetQueueTime(Duration.ofSeconds(-1))),
            Map.entry("CallOptions.timeout", () -> options.timeout(Duration.ZERO)),
            Map.entry("CallOptions.workerTimeout", () -> options.workerTimeout(Duration.ZERO)),
            Map.entry("CallOptions.maxAttempts", () -> options.maxAttempts(0)),
            Map.entry("CallOptions.cost", () -> options.cost(0)),
            Map.entry(
                "SessionOptions.lifetime long",
                () -> SessionOptions.lasting(Duration.ofSeconds(Long.MAX_VALUE))),
            Map.entry("SessionOptions.lifetime", () -> SessionOptions.lasting(Duration.ZERO)));
    return mistakes.entrySet().stream()
        .map(
            mistake ->
                DynamicTest.dynamicTest(
                    mistake.getKey(),
                    () ->
                        assertThatThrownBy(mistake.getValue())
                            .isInstanceOf(InvalidDeploymentException.class)
                            .hasMessageContaining(mistake.getKey().replaceFirst(" .*", ""))));
  }

  @Test
  void settingAValueKeepsTheOriginal() {
    Image image = Image.of("image", 1);
    Image changed = image.env("A", "1").aptGet("ffmpeg").publishPort(8080);

    assertThat(image.envs()).isEmpty();
    assertThat(image.aptGets()).isEmpty();
    assertThat(image.ports()).isEmpty();
    assertThat(resolved(changed.envs())).containsExactly(Map.entry("A", "1"));

    Autoscaling scaling = Autoscaling.defaults().minLoad(3);
    assertThat(scaling.maxWorkers(2).minLoad()).isEqualTo(3);
    assertThat(scaling.maxWorkers()).isNull();
    assertThat(Autoscaling.defaults().minLoad()).isNull();
  }

  @Test
  void storeHasBucketAndPrefixAndHidesKeys() {
    AssetStore store =
        AssetStore.s3("s3://bucket/team/models")
            .credentials("id", Secret.literal("secret"))
            .workerKey("id", Secret.literal("secret"));

    assertThat(store.bucket()).isEqualTo("bucket");
    assertThat(store.prefix()).isEqualTo("team/models/");
    assertThat(store.toString()).isEqualTo("AssetStore[s3://bucket/team/models/]");
    assertThat(store.workerKey())
        .hasToString("AccessKey[id=id, secret=Secret[literal]]")
        .isNotNull();
    assertThat(AssetStore.s3("s3://bucket").prefix()).isEmpty();

    AssetStore unset =
        AssetStore.s3("bucket").workerKey("id", Secret.from("the vault", () -> null));
    assertThatThrownBy(() -> unset.workerKey().secret().value("AssetStore.workerKey"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContainingAll("AssetStore.workerKey", "the vault");
  }

  @Test
  void laterScalingValuesReplaceEarlierOnes() {
    Autoscaling merged =
        Autoscaling.defaults()
            .minLoad(1)
            .coldWorkers(2)
            .merge(Autoscaling.defaults().minLoad(5).targetUtil(0.5));

    assertThat(merged)
        .isEqualTo(Autoscaling.defaults().minLoad(5).coldWorkers(2).targetUtil(0.5))
        .hasSameHashCodeAs(Autoscaling.defaults().coldWorkers(2).targetUtil(0.5).minLoad(5));
  }

  @Test
  void portsAreInAscendingOrder() {
    Image image =
        Image.of("image", 1)
            .publishPort(9000)
            .publishPort(80, "udp")
            .publishPort(80)
            .publishPort(443);

    assertThat(image.ports())
        .map(Object::toString)
        .containsExactly("80:80/tcp", "80:80/udp", "443:443/tcp", "9000:9000/tcp");
  }

  /** The Python client sends these, and an equal deployment must have an equal hash. */
  @Test
  void variablesAndScriptsMayContainHalfASurrogatePair() {
    Image image = Image.of("image", 1).env("A", "\ud800").runScript("echo \udc00");
    assertThat(resolved(image.envs())).containsEntry("A", "\ud800");
  }

  @Test
  void namesASecretWhoseLookupFails() {
    IllegalStateException sealed = new IllegalStateException("sealed");
    Image image =
        Image.of("image", 1)
            .env(
                "TOKEN",
                Secret.from(
                    "the vault",
                    () -> {
                      throw sealed;
                    }));
    assertThatThrownBy(() -> resolved(image.envs()))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContainingAll("variable TOKEN", "the vault cannot be looked up")
        .hasCause(sealed);
  }

  @Test
  void looksUpASecretWhenItIsNeeded() {
    AtomicReference<String> vault = new AtomicReference<>();
    Image image = Image.of("image", 1).env("TOKEN", Secret.from("the vault", vault::get));

    assertThatThrownBy(() -> resolved(image.envs()))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContainingAll("TOKEN", "the vault is not set");
    vault.set("hf_secret");
    assertThat(resolved(image.envs())).containsExactly(Map.entry("TOKEN", "hf_secret"));
    assertThat(image.envs().toString()).contains("the vault").doesNotContain("hf_secret");
    assertThat(Secret.fromEnvironment("PATH").toString()).contains("PATH");
    vault.set("bad\0value");
    assertThatThrownBy(() -> resolved(image.envs()))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("NUL")
        .hasMessageNotContaining("bad");
  }

  @Test
  void toStringHidesSecrets() {
    Image image =
        Image.of("image", 1).env("TOKEN", "hf_secret").dockerLogin("me", "docker_secret", "repo");

    assertThat(image.toString()).contains("TOKEN").doesNotContain("hf_secret", "docker_secret");
    assertThat(image.login()).asString().doesNotContain("docker_secret");
    assertThat(archive(image, "https://a/b?signature=c", "F".repeat(64)).javaArchive())
        .hasToString("JavaArchive[https://a/b, SHA-256 " + "f".repeat(64) + "]");
  }

  private static Image archive(Image image, String uri, String sha256) {
    return image.javaArchive(URI.create(uri), sha256);
  }

  private static Map<String, String> resolved(Map<String, Secret> variables) {
    Map<String, String> resolved = new LinkedHashMap<>();
    variables.forEach((name, secret) -> resolved.put(name, secret.value("variable " + name)));
    return resolved;
  }
}
