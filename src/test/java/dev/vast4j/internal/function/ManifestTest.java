package dev.vast4j.internal.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Manifest MANIFEST =
      Manifest.of(
          "größe",
          List.of(
              new Manifest.Served("com.example.Square", null),
              new Manifest.Served("com.example.Text", "com.example.TextImpl")),
          List.of(new Manifest.Entered("com.example.Model", List.of("\"a\"", "[1, 2]"))));

  @Test
  void roundTrips() throws IOException {
    assertThat(parse(MANIFEST.toJson().getBytes(StandardCharsets.UTF_8))).isEqualTo(MANIFEST);
  }

  @Test
  void omitsNulls() {
    assertThat(MANIFEST.toJson()).doesNotContain("null");
  }

  @Test
  void rejectsNewerFormatAndOtherJson() {
    assertThatThrownBy(
            () -> parse("{\"format\":2,\"name\":\"x\",\"interfaces\":[],\"contexts\":[]}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 2");
    assertThatThrownBy(() -> parse("[]")).isInstanceOf(IOException.class);
  }

  private static Manifest parse(String json) throws IOException {
    return parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Manifest parse(byte[] json) throws IOException {
    return Manifest.parse(new ByteArrayInputStream(json));
  }
}
