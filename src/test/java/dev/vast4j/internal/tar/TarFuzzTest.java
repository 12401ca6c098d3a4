package dev.vast4j.internal.tar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;

/** Bytes of any kind are an archive or are refused; none makes the reader give more than it got. */
@Timeout(10)
class TarFuzzTest {
  private static final int CHECKSUM = 148;

  @FuzzTest
  void archives(byte[] bytes) throws IOException {
    read(bytes);
    // A fuzzer does not guess checksums, so the first header gets the right one.
    if (bytes.length >= Header.BLOCK) {
      read(withChecksum(bytes.clone()));
    }
  }

  private static void read(byte[] bytes) throws IOException {
    long content = 0;
    try (TarReader tar = new TarReader(new ByteArrayInputStream(bytes))) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        assertThat(entry.name()).isNotEmpty();
        content += tar.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException refused) {
      return;
    }
    assertThat(content).isLessThanOrEqualTo(bytes.length);
  }

  private static byte[] withChecksum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < Header.BLOCK; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : bytes[i] & 0xff;
    }
    byte[] field = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(field, 0, bytes, CHECKSUM, field.length);
    return bytes;
  }
}
