package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Arguments that a JVM without a locale cannot read. */
class OwnArgumentsTest {
  private static byte[] line(String text) {
    return text.replace('|', '\0').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readsArgumentsFromTheirBytes() {
    String[] damaged = {"call", "greeter", "greet", "[\"Zo\ufffd\ufffd\"]"};

    assertThat(
            OwnArguments.decoded(damaged, line("java|-jar|cli.jar|call|greeter|greet|[\"Zoë\"]|")))
        .containsExactly("call", "greeter", "greet", "[\"Zoë\"]");
  }

  @Test
  void keepsArgumentsThatDoNotFitTheCommandLine() {
    String[] damaged = {"call", "\ufffd"};

    assertThat(OwnArguments.decoded(damaged, line("java|other|ë|"))).isEqualTo(damaged);
    assertThat(OwnArguments.decoded(damaged, line("ë|"))).isEqualTo(damaged);
    byte[] latin = "java|call|\u00eb|".replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
    assertThat(OwnArguments.decoded(damaged, latin)).isEqualTo(damaged);
  }

  @Test
  void leavesReadableArguments() {
    String[] readable = {"call", "ünï"};

    assertThat(OwnArguments.decoded(readable)).isSameAs(readable);
  }
}
