package dev.vast4j.internal.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;

/** A manifest of any bytes is rejected or round-trips. */
@Timeout(10)
class ManifestFuzzTest {
  @FuzzTest
  void manifests(byte[] json) throws IOException {
    Manifest manifest;
    try {
      manifest = Manifest.parse(new ByteArrayInputStream(json));
    } catch (IOException refused) {
      return;
    }
    assertThat(
            Manifest.parse(
                new ByteArrayInputStream(manifest.toJson().getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(manifest);
  }
}
