package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.Context;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code deploy --wait}, with new versions that come up and that don't. */
@Timeout(180)
public class DeployWaitTest {
  private static final String KEY = "local-key-that-must-not-be-printed";

  private LocalVast engine;

  /** What is deployed. */
  public interface Functions {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int twice(int x) {
      return 2 * x;
    }
  }

  /** A context that can be entered. */
  public static final class Sound implements Context<String> {
    @Override
    public String enter() {
      return "sound";
    }
  }

  /** A context that throws. */
  public static final class Broken implements Context<String> {
    @Override
    public String enter() {
      throw new IllegalStateException("weights.bin has the wrong length");
    }
  }

  /** Versions of one deployment. */
  public static final class Versions {
    private Versions() {}

    public static Deployment.Builder first() {
      return Deployment.builder("rollout")
          .remote(Functions.class)
          .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
          .autoscaling(Autoscaling.defaults().maxWorkers(1));
    }

    public static Deployment.Builder sound() {
      return first().context(Sound.class);
    }

    public static Deployment.Builder broken() {
      return first().context(Broken.class);
    }
  }

  @BeforeEach
  void startEngine() {
    engine = LocalVast.start(LocalOptions.defaults().apiKey(KEY));
    System.setProperty("vast.apiKey", KEY);
  }

  @AfterEach
  void stopEngine() {
    System.clearProperty("vast.apiKey");
    engine.close();
  }

  private record Ran(int code, String out, String err) {}

  private Ran deploy(String version, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] arguments = new String[4 + more.length];
    arguments[0] = "deploy";
    arguments[1] = Versions.class.getName() + "#" + version;
    arguments[2] = "--wait";
    arguments[3] = "--url=" + engine.url();
    System.arraycopy(more, 0, arguments, 4, more.length);
    int code =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void endsWhenTheNewVersionServesAndFailsWhenItDoesNotComeUp() throws Exception {
    assertThat(deploy("first").code()).isZero();

    Ran sound = deploy("sound", "--json");
    assertThat(sound.code()).isZero();
    JsonNode done = new ObjectMapper().readTree(sound.out());
    assertThat(done.path("update").path("updated").asInt()).isPositive();
    assertThat(done.path("update").path("inferred").asBoolean()).isFalse();

    long began = System.nanoTime();
    Ran broken = deploy("broken");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    assertThat(broken.code()).isEqualTo(6);
    assertThat(broken.err()).contains("updating: 0 of ", "weights.bin has the wrong length");
    assertThat(broken.out()).isEmpty();
    assertThat(broken.err()).doesNotContain(KEY);
    try (var vast = engine.client();
        Deployment app = Deployment.attach("rollout", "default", vast)) {
      assertThat(app.remote(Functions.class).twice(4)).isEqualTo(8);
    }
  }
}
