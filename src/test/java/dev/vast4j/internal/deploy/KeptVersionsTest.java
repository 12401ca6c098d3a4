package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Autoscaling;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DockerLogin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of versions, for whom, and how much. */
class KeptVersionsTest {
  private static final UnaryOperator<byte[]> KEY = salt -> Arrays.copyOf(salt, 32);
  private static final UnaryOperator<byte[]> ANOTHER =
      salt -> {
        byte[] key = Arrays.copyOf(salt, 32);
        key[0]++;
        return key;
      };
  private static final String[] APP = {"https://service", "app", "default"};

  @TempDir private Path temp;

  private static DeploymentConfig config(String hash) {
    return DeploymentConfig.builder("app", "image:1", hash, 4711)
        .env("-p 3000:3000/tcp")
        .tag("default")
        .searchParams("verified=true")
        .storage(16.0)
        .ttl(Duration.ofMinutes(10))
        .versionLabel("label")
        .dockerLogin(new DockerLogin("user", "pass", null))
        .scaling(Autoscaling.defaults().maxWorkers(3).maxQueueTime(Duration.ofSeconds(5)))
        .build();
  }

  private void keep(KeptVersions kept, String hash, int size) throws IOException {
    Path tarball = Files.write(temp.resolve("bundle"), bytes(size));
    kept.keepBundle(tarball, hash, APP);
    kept.keepConfig(config(hash), APP);
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Path folder() {
    return temp.resolve("versions");
  }

  @Test
  void returnsWhatWasKept() throws IOException {
    KeptVersions kept = new KeptVersions(folder(), KEY, Instant::now);
    keep(kept, "a1", 3_000_000);

    assertThat(kept.config("a1", "image:1", APP)).contains(config("a1"));
    assertThat(kept.config("a1", null, APP)).contains(config("a1"));
    assertThat(kept.config("a1", "image:2", APP)).isEmpty();
    assertThat(kept.config("a2", "image:1", APP)).isEmpty();
    assertThat(kept.config("a1", "image:1", "https://service", "app", "another")).isEmpty();
    Path out = temp.resolve("out");
    assertThat(kept.bundle(out, "a1", APP)).isTrue();
    assertThat(Files.readAllBytes(out)).isEqualTo(bytes(3_000_000));
  }

  @Test
  void anotherAccountReadsNothing() throws IOException {
    keep(new KeptVersions(folder(), KEY, Instant::now), "a1", 10);

    KeptVersions others = new KeptVersions(folder(), ANOTHER, Instant::now);
    assertThat(others.config("a1", "image:1", APP)).isEmpty();
    assertThat(others.bundle(temp.resolve("out"), "a1", APP)).isFalse();
  }

  @Test
  void keepsTheFiveThatWereDeployedLast() throws IOException {
    KeptVersions kept = new KeptVersions(folder(), KEY, Instant::now);
    for (int i = 1; i <= 5; i++) {
      keep(kept, "a" + i, 10);
      age(600 - i);
    }
    kept.keepConfig(config("a1"), APP); // deployed again

    keep(kept, "a6", 10);

    assertThat(kept.config("a1", "image:1", APP)).isPresent();
    assertThat(kept.config("a2", "image:1", APP)).isEmpty();
    assertThat(kept.config("a3", "image:1", APP)).isPresent();
    assertThat(kept.config("a6", "image:1", APP)).isPresent();
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files).hasSize(3 * KeptVersions.MOST_VERSIONS);
    }
  }

  @Test
  void boundsItsSize() throws IOException {
    KeptVersions kept = new KeptVersions(folder(), KEY, Instant::now, 25_000);
    keep(kept, "a1", 10_000);
    age(60);
    keep(kept, "a2", 10_000);
    age(30);
    keep(kept, "a3", 10_000);
    keep(kept, "a4", 30_000);

    assertThat(kept.config("a1", "image:1", APP)).isEmpty();
    assertThat(kept.config("a2", "image:1", APP)).isPresent();
    assertThat(kept.config("a3", "image:1", APP)).isPresent();
    assertThat(kept.config("a4", "image:1", APP)).isEmpty();
  }

  /** Makes all that is kept older, each file by the same time. */
  private void age(int seconds) throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      for (Path file : files.toList()) {
        Instant before = Files.getLastModifiedTime(file).toInstant();
        if (before.isAfter(Instant.now().minusSeconds(20))) {
          Files.setLastModifiedTime(file, FileTime.from(before.minusSeconds(seconds)));
        }
      }
    }
  }

  @Test
  void doesNotFollowALink() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(folder(), elsewhere);

    KeptVersions kept = new KeptVersions(folder(), KEY, Instant::now);
    keep(kept, "a1", 10);

    assertThat(kept.config("a1", "image:1", APP)).isEmpty();
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20})
  void sealedFilesRoundTripAndNoticeDamage(int size) throws IOException {
    Path file = temp.resolve("sealed");
    SealedFile.write(new ByteArrayInputStream(bytes(size)), file, KEY);
    byte[] sealed = Files.readAllBytes(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SealedFile.read(file, out, KEY);
    assertThat(out.toByteArray()).isEqualTo(bytes(size));

    for (int at : List.of(0, 10, 45, sealed.length - 1)) {
      byte[] damaged = sealed.clone();
      damaged[at]++;
      assertUnreadable(file, damaged);
    }
    for (int length : List.of(0, 30, 50, sealed.length - 1, Math.min(size, 40 + (1 << 20) + 16))) {
      if (length < sealed.length) {
        assertUnreadable(file, Arrays.copyOf(sealed, length));
      }
    }
    assertUnreadable(file, Arrays.copyOf(sealed, sealed.length + 1));
  }

  private static void assertUnreadable(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> SealedFile.read(file, new ByteArrayOutputStream(), KEY))
        .isInstanceOf(IOException.class);
  }
}
