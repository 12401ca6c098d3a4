package dev.vast4j.internal.assets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.AssetStore;
import dev.vast4j.Image;
import dev.vast4j.Secret;
import dev.vast4j.internal.bundle.AssetEntry;
import dev.vast4j.internal.bundle.AssetFile;
import dev.vast4j.internal.bundle.BundleCache;
import dev.vast4j.internal.bundle.BundlePlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where workers are sent; nothing is asked of any bucket for that. */
class AssetBucketTest {
  private static final String KEY_ID = "AKIDEXAMPLE";
  private static final Secret SECRET = Secret.from("the test", () -> "secret");
  private static final AssetStore STORE =
      AssetStore.s3("s3://bucket/team").region("eu-west-1").credentials(KEY_ID, SECRET);

  @TempDir Path folder;
  private List<AssetFile> files;

  @BeforeEach
  void find() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "a");
    files =
        new BundlePlanner(BundleCache.in(folder.resolve("cache")))
            .assets(List.of(new Image.Copied(file, "a.bin")));
  }

  private AssetEntry stored(AssetStore store, String time) {
    Clock clock = Clock.fixed(Instant.parse(time), ZoneOffset.UTC);
    try (AssetBucket bucket = AssetBucket.open(store, clock)) {
      return bucket.stored(files).get(0);
    }
  }

  @Test
  void makesTheSameLinksAllDay() {
    AssetStore store = STORE;
    AssetEntry morning = stored(store, "2026-01-02T00:00:00Z");

    assertThat(stored(store, "2026-01-02T23:59:59Z")).isEqualTo(morning);
    assertThat(stored(store, "2026-01-03T00:00:00Z").url()).isNotEqualTo(morning.url());
    assertThat(morning.region()).isEmpty();
    assertThat(morning.url())
        .startsWith(
            "https://bucket.s3.eu-west-1.amazonaws.com/team/" + morning.sha256() + "?X-Amz-")
        .contains("X-Amz-Date=20260102T000000Z", "X-Amz-Expires=604800")
        .doesNotContain("secret");
  }

  @Test
  void linksWithAWorkerKeyNeverChange() {
    AssetStore store = STORE.endpoint("https://store.example").workerKey(KEY_ID, SECRET);
    AssetEntry stored = stored(store, "2026-01-02T00:00:00Z");

    assertThat(stored(store, "2027-06-01T12:00:00Z")).isEqualTo(stored);
    assertThat(stored.url()).isEqualTo("https://store.example/bucket/team/" + stored.sha256());
    assertThat(stored.region()).isEqualTo("eu-west-1");
  }
}
