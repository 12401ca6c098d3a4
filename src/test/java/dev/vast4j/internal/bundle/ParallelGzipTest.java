package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ParallelGzipTest {
  @Property(tries = 100)
  void decompressesToTheInput(@ForAll("inputs") byte[] input) throws IOException {
    byte[] compressed = gzip(input, 1 << 12);
    assertThat(gunzip(compressed)).isEqualTo(input);
  }

  /** Runs of few letters, of random bytes and of repeats, over several blocks. */
  @Provide
  Arbitrary<byte[]> inputs() {
    Arbitrary<Long> seeds = Arbitraries.longs();
    return seeds.map(seed -> mixture(seed, 1 << 20));
  }

  private static byte[] mixture(long seed, int most) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(1 + random.nextInt(most))];
    int at = 0;
    while (at < bytes.length) {
      int run = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(16)));
      switch (random.nextInt(4)) {
        case 0 -> Arrays.fill(bytes, at, at + run, (byte) random.nextInt());
        case 1 -> {
          for (int i = at; i < at + run; i++) {
            bytes[i] = (byte) random.nextInt();
          }
        }
        case 2 -> {
          int letters = 2 + random.nextInt(20);
          for (int i = at; i < at + run; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(letters));
          }
        }
        default -> {
          int back = 1 + random.nextInt(at + 1);
          for (int i = at; i < at + run; i++) {
            bytes[i] = i < back ? 0 : bytes[i - back];
          }
        }
      }
      at += run;
    }
    return bytes;
  }

  @Test
  void bytesDoNotDependOnHowTheInputArrives() throws IOException {
    byte[] input = mixture(42, 1 << 20);
    assertThat(gzip(input, 1)).isEqualTo(gzip(input, 1 << 20));
  }

  @Test
  void identifiesTheZlib() {
    assertThat(ParallelGzip.zlib()).hasSize(64).isEqualTo(ParallelGzip.zlib());
  }

  @Test
  void keepsTheSizeOfRandomBytes() throws IOException {
    byte[] input = new byte[1 << 20];
    new Random(3).nextBytes(input);
    assertThat(gzip(input, 1 << 16).length).isLessThan(input.length + 1024);
  }

  @Test
  void shrinksText() throws IOException {
    byte[] input = "the quick brown fox jumps over the lazy dog\n".repeat(10_000).getBytes();
    assertThat(gzip(input, 1 << 16).length).isLessThan(input.length / 50);
  }

  @Test
  void compressesEmptyInput() throws IOException {
    assertThat(gunzip(gzip(new byte[0], 1))).isEmpty();
  }

  private static byte[] gzip(byte[] input, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Cores cores = new Cores();
        ParallelGzip gzip = new ParallelGzip(out, cores)) {
      for (int at = 0; at < input.length; at += piece) {
        gzip.write(input, at, Math.min(piece, input.length - at));
      }
    }
    return out.toByteArray();
  }

  private static byte[] gunzip(byte[] compressed) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
  }
}
