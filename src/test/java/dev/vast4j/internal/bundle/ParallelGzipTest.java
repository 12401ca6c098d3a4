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
  @Property(tries = 300)
  void whatGoesInComesOut(@ForAll("inputs") byte[] input) throws IOException {
    byte[] compressed = gzip(input, 1 << 12);
    assertThat(gunzip(compressed)).isEqualTo(input);
  }

  /** From a few letters and long repeats, so that every kind of match and code turns up. */
  @Provide
  Arbitrary<byte[]> inputs() {
    Arbitrary<Long> seeds = Arbitraries.longs();
    return seeds.map(ParallelGzipTest::mixture);
  }

  private static byte[] mixture(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(1 << random.nextInt(20))];
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
  void symbolsOfVeryDifferentFrequencyGetCodesOfBoundedLength() throws IOException {
    // Fibonacci counts make the deepest Huffman tree there is.
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    int a = 1;
    int b = 1;
    for (int symbol = 0; symbol < 20; symbol++) {
      byte[] run = new byte[a];
      Arrays.fill(run, (byte) symbol);
      input.writeBytes(run);
      int next = a + b;
      a = b;
      b = next;
    }
    byte[] bytes = input.toByteArray();
    shuffle(bytes, new Random(7));
    assertThat(gunzip(gzip(bytes, 1 << 20))).isEqualTo(bytes);
  }

  private static void shuffle(byte[] bytes, Random random) {
    for (int i = bytes.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      byte swap = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swap;
    }
  }

  @Test
  void sameBytesHoweverTheInputArrives() throws IOException {
    byte[] input = mixture(42);
    assertThat(gzip(input, 1)).isEqualTo(gzip(input, 1 << 20));
  }

  @Test
  void bytesAreThoseOfEveryMachine() throws IOException {
    // Should this fail, the bytes of tarballs changed: raise Tarball.FORMAT.
    Random random = new Random(1);
    byte[] input = new byte[600_000];
    for (int i = 0; i < input.length; i++) {
      input[i] = i > 5000 && random.nextInt(3) > 0 ? input[i - 4000] : (byte) random.nextInt(64);
    }
    assertThat(Digests.sha256Hex(gzip(input, 10_000)))
        .isEqualTo("e7f8c538f98f08193fa4454b9bf480f3bea15a1b5e7d9d4aa32e8e30c8fa1d83");
  }

  @Test
  void randomBytesDoNotGrow() throws IOException {
    byte[] input = new byte[1 << 20];
    new Random(3).nextBytes(input);
    assertThat(gzip(input, 1 << 16).length).isLessThan(input.length + 1024);
  }

  @Test
  void textShrinks() throws IOException {
    byte[] input = "the quick brown fox jumps over the lazy dog\n".repeat(10_000).getBytes();
    assertThat(gzip(input, 1 << 16).length).isLessThan(input.length / 50);
  }

  @Test
  void emptyInput() throws IOException {
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
