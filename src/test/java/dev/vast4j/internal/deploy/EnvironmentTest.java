package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.internal.call.Timeouts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  @TempDir Path home;

  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private Environment environment;

  @BeforeEach
  void surround() {
    properties.put("user.home", home.toString());
    environment = new Environment(variables::get, properties::get);
  }

  @Test
  void usesTheFirstKeyFound() throws IOException {
    assertThat(environment.apiKey()).isNull();

    Files.writeString(home.resolve(".vast_api_key"), "\n last \n");
    assertThat(environment.apiKey()).isEqualTo("last");

    Path file = home.resolve(".config/vastai/vast_api_key");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "third\n");
    assertThat(environment.apiKey()).isEqualTo("third");

    Path configured = home.resolve("elsewhere/vastai/vast_api_key");
    Files.createDirectories(configured.getParent());
    Files.writeString(configured, "configured");
    variables.put("XDG_CONFIG_HOME", home.resolve("elsewhere").toString());
    assertThat(environment.apiKey()).isEqualTo("configured");

    variables.put("VAST_API_KEY", " second ");
    assertThat(environment.apiKey()).isEqualTo("second");

    properties.put("vast.apiKey", "first");
    assertThat(environment.apiKey()).isEqualTo("first");
  }

  @Test
  void readsTheAssetStoreFromAUrl() {
    assertThat(environment.assetStore()).isNull();
    variables.put("VAST_ASSETS", "s3://bucket/prefix");
    assertThat(environment.assetStore()).hasToString("AssetStore[s3://bucket/prefix/]");
    properties.put("vast.assets", "s3://other");
    assertThat(environment.assetStore()).hasToString("AssetStore[s3://other/]");
  }

  @Test
  void skipsAnEmptyFileOrVariable() throws IOException {
    Path file = home.resolve(".config/vastai/vast_api_key");
    Files.createDirectories(file.getParent());
    Files.writeString(file, " \n");
    Files.writeString(home.resolve(".vast_api_key"), "key");
    variables.put("VAST_API_KEY", "  ");

    assertThat(environment.apiKey()).isEqualTo("key");
  }

  @Test
  void aMissingKeyNamesAllFourPlaces() {
    assertThatThrownBy(() -> ConnectedVast.fromEnvironment(environment))
        .asInstanceOf(InstanceOfAssertFactories.type(MissingApiKeyException.class))
        .satisfies(
            e -> {
              assertThat(e.searched()).hasSize(4);
              assertThat(e)
                  .hasMessageContainingAll(
                      "apiKey",
                      "VAST_API_KEY",
                      home.resolve(".config/vastai/vast_api_key").toString(),
                      home.resolve(".vast_api_key").toString());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret key", "secret\u00e9", "secret\u0007x", "\ufeffsecret"})
  void refusesMalformedKeyBeforeAnythingIsSent(String key) {
    variables.put("VAST_API_KEY", key);

    for (ThrowingCallable connect :
        List.<ThrowingCallable>of(
            () -> ConnectedVast.fromEnvironment(environment),
            () -> Vast.builder().apiKey(key).build())) {
      assertThatThrownBy(connect)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageStartingWith("the API key: character ")
          .hasMessageContaining("https://cloud.vast.ai/manage-keys/")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void readsTimeoutsAndCacheFolder() {
    variables.put("VAST_API_KEY", "k-e-y");
    try (ConnectedVast vast = ConnectedVast.fromEnvironment(environment)) {
      assertThat(vast.timeouts())
          .isEqualTo(new Timeouts(Duration.ofMinutes(30), Duration.ofMinutes(10)));
    }
    variables.put("VAST_CALL_TIMEOUT", "90");
    variables.put("VAST_WORKER_TIMEOUT", "600");
    properties.put("vast.workerTimeout", "7");
    variables.put("VAST_CACHE_FOLDER", home.resolve("cache").toString());
    try (ConnectedVast vast = ConnectedVast.fromEnvironment(environment)) {
      assertThat(vast.timeouts())
          .isEqualTo(new Timeouts(Duration.ofSeconds(90), Duration.ofSeconds(7)));
      assertThat(vast.connection().cacheFolder()).isEqualTo(home.resolve("cache"));
    }
    variables.put("VAST_CALL_TIMEOUT", "soon");
    assertThatThrownBy(() -> ConnectedVast.fromEnvironment(environment))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContainingAll("VAST_CALL_TIMEOUT", "'soon'", "whole number of seconds");
  }

  @Test
  void takesTheEngineUrlFromTheWebUrl() {
    variables.put("VAST_API_KEY", "k-e-y");
    try (ConnectedVast vast = ConnectedVast.fromEnvironment(environment)) {
      assertThat(vast.webUrl()).isEqualTo(URI.create("https://console.vast.ai"));
      assertThat(vast.engineUrl()).isEqualTo(URI.create("https://run.vast.ai"));
      assertThat(vast.isLocal()).isFalse();
      assertThat(vast.toString()).doesNotContain("k-e-y").contains("console.vast.ai");
    }
    variables.put("VAST_URL", "http://127.0.0.1:1234/");
    try (ConnectedVast vast = ConnectedVast.fromEnvironment(environment)) {
      assertThat(vast.webUrl()).isEqualTo(URI.create("http://127.0.0.1:1234"));
      assertThat(vast.engineUrl()).isEqualTo(URI.create("http://127.0.0.1:1234"));
    }
    variables.put("VAST_ENGINE_URL", "http://127.0.0.1:99");
    try (ConnectedVast vast = ConnectedVast.fromEnvironment(environment)) {
      assertThat(vast.engineUrl()).isEqualTo(URI.create("http://127.0.0.1:99"));
    }
  }

  @Test
  void findsTheEngineOfAnInstance() {
    try (Vast vast = Vast.builder().apiKey("k").instance("alpha").build()) {
      assertThat(vast.engineUrl()).isEqualTo(URI.create("https://run-alpha.vast.ai"));
    }
    try (Vast vast =
        Vast.builder().apiKey("k").instance("alpha").engineUrl("https://e.example").build()) {
      assertThat(vast.engineUrl()).isEqualTo(URI.create("https://e.example"));
    }
  }

  @Test
  void refusesBadSettingsWithoutRepeatingThem() {
    assertThatThrownBy(() -> Vast.builder().webUrl("https://user:secret@host"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("webUrl")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Vast.builder().engineUrl("ftp://host"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("engineUrl");
    assertThatThrownBy(() -> Vast.builder().webUrl("http://host/path"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("without a path");
    assertThatCode(() -> Vast.builder().webUrl("http://host/")).doesNotThrowAnyException();
    assertThatThrownBy(() -> Vast.builder().webUrl("not a url"))
        .isInstanceOf(InvalidDeploymentException.class);
    assertThatThrownBy(() -> Vast.builder().instance("beta"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("alpha");
    assertThatThrownBy(() -> Vast.builder().apiKey(" "))
        .isInstanceOf(InvalidDeploymentException.class);
  }
}
