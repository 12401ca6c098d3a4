package dev.vast4j.internal.assets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.internal.assets.BucketSettings.KeyPair;
import dev.vast4j.internal.bundle.AssetFile;
import dev.vast4j.internal.bundle.BundleCache;
import dev.vast4j.internal.bundle.BundlePlanner;
import dev.vast4j.internal.bundle.BundleSpec;
import dev.vast4j.internal.bundle.StoredAsset;
import java.io.IOException;
import java.net.URI;
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
  private static final KeyPair KEY = new KeyPair("AKIDEXAMPLE", "secret");

  @TempDir Path folder;
  private List<AssetFile> files;

  @BeforeEach
  void find() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "a");
    files =
        new BundlePlanner(BundleCache.in(folder.resolve("cache")))
            .assets(List.of(new BundleSpec.Copy(file, "a.bin")));
  }

  private StoredAsset stored(BucketSettings settings, String time) {
    Clock clock = Clock.fixed(Instant.parse(time), ZoneOffset.UTC);
    try (AssetBucket bucket = AssetBucket.open(settings, clock)) {
      return bucket.stored(files).get(0);
    }
  }

  private static BucketSettings settings(String endpoint, KeyPair workerKey) {
    return new BucketSettings(
        "bucket",
        "team/",
        endpoint == null ? null : URI.create(endpoint),
        "eu-west-1",
        null,
        KEY,
        workerKey);
  }

  @Test
  void allDeploysOfADayMakeTheSameLinks() {
    BucketSettings settings = settings(null, null);
    StoredAsset morning = stored(settings, "2026-01-02T00:00:00Z");

    assertThat(stored(settings, "2026-01-02T23:59:59Z")).isEqualTo(morning);
    assertThat(stored(settings, "2026-01-03T00:00:00Z").url()).isNotEqualTo(morning.url());
    assertThat(morning.region()).isEmpty();
    assertThat(morning.url())
        .startsWith(
            "https://bucket.s3.eu-west-1.amazonaws.com/team/" + morning.sha256() + "?X-Amz-")
        .contains("X-Amz-Date=20260102T000000Z", "X-Amz-Expires=604800")
        .doesNotContain("secret");
  }

  @Test
  void withAKeyOfTheWorkersNothingGrowsOld() {
    BucketSettings settings = settings("https://store.example", KEY);
    StoredAsset stored = stored(settings, "2026-01-02T00:00:00Z");

    assertThat(stored(settings, "2027-06-01T12:00:00Z")).isEqualTo(stored);
    assertThat(stored.url()).isEqualTo("https://store.example/bucket/team/" + stored.sha256());
    assertThat(stored.region()).isEqualTo("eu-west-1");
  }
}
