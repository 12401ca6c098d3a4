package dev.vast4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.docs.Proves;
import dev.vast4j.internal.assets.FaultyWire;
import dev.vast4j.internal.assets.S3Proxy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a real object store, over connections that break. */
@Timeout(60)
class AssetFetcherTest {
  private static final String CONTENT = "0123456789abcdef".repeat(200_000);
  private static S3Proxy store;

  @TempDir Path directory;
  private FaultyWire wire;
  private final List<Duration> pauses = new ArrayList<>();

  @BeforeAll
  static void startStore() throws Exception {
    store = S3Proxy.empty();
    assertThat(store.send("PUT", "/weights/w/one", CONTENT).statusCode()).isEqualTo(200);
  }

  @BeforeEach
  void open() throws IOException {
    wire = new FaultyWire(store.port());
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
  }

  private AssetFetcher fetcher(Map<String, String> environment) throws IOException {
    return new AssetFetcher(
        directory, environment, Downloads.create(Map.of(), List.of()), pauses::add);
  }

  private void fetch(StoredAsset... assets) throws Exception {
    fetcher(Map.of()).fetch(List.of(assets));
  }

  private StoredAsset asset(String destination, String content, Instant signed) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String url =
        S3Proxy.SIGNER.presign(
            "GET", URI.create(wire.url() + "/weights/w/one"), Map.of(), signed, Duration.ofDays(1));
    return new StoredAsset(destination, sha256(bytes), bytes.length, url, "");
  }

  private StoredAsset asset(String destination) throws Exception {
    return asset(destination, CONTENT, Instant.now());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private List<String> left(String folder) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @BeforeEach
  void bundle() throws IOException {
    Files.createDirectories(directory.resolve("vast4j"));
  }

  @Test
  void skipsAtTheNextBootWhatItHasFetched() throws Exception {
    fetch(asset("models/one.bin"));
    assertThat(directory.resolve("models/one.bin")).hasContent(CONTENT);
    assertThat(left("models")).containsExactly("one.bin");
    assertThat(wire.requests()).containsExactly("GET /weights/w/one");

    fetch(asset("models/one.bin"));
    Files.delete(directory.resolve("vast4j/assets.seen"));
    fetch(asset("models/one.bin"));
    assertThat(wire.requests()).hasSize(1);
  }

  @Test
  void ignoresDamagedNotes() throws Exception {
    fetch(asset("models/one.bin"));
    Files.write(directory.resolve("vast4j/assets.seen"), new byte[] {(byte) 0xff, '\n'});
    fetch(asset("models/one.bin"));
    assertThat(wire.requests()).hasSize(1);
    assertThat(directory.resolve("vast4j/assets.seen")).content().startsWith("models/one.bin\t");
  }

  @Test
  void fetchesChangedFileAgain() throws Exception {
    fetch(asset("one.bin"));
    Files.writeString(directory.resolve("one.bin"), CONTENT.replace('0', 'x'));

    fetch(asset("one.bin"));

    assertThat(directory.resolve("one.bin")).hasContent(CONTENT);
    assertThat(wire.requests()).hasSize(2);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "resets the connection",
      of = "download of an asset",
      outcome = "resumes where it broke")
  void resumesBrokenDownloads() throws Exception {
    wire.breakAnswers(2, 1_500_000);

    fetch(asset("one.bin"));

    assertThat(directory.resolve("one.bin")).hasContent(CONTENT);
    assertThat(wire.ranges()).isNotEmpty().allMatch(range -> !range.equals("bytes=0-"));
    assertThat(wire.answeredBytes()).isLessThan(CONTENT.length() + 100_000L);
    assertThat(pauses).isNotEmpty().allMatch(pause -> pause.toMillis() <= 2000);
  }

  @Test
  void resumesBrokenDownloadInALaterProcess() throws Exception {
    wire.breakAnswers(5, 100_000);
    StoredAsset asset = asset("one.bin");
    assertThatThrownBy(() -> fetch(asset))
        .isInstanceOf(FetchFailedException.class)
        .hasMessageContaining("one.bin")
        .hasMessageNotContaining("X-Amz");
    assertThat(pauses).hasSize(4);
    assertThat(directory.resolve("one.bin")).doesNotExist();

    fetch(asset);

    assertThat(directory.resolve("one.bin")).hasContent(CONTENT);
    assertThat(left("")).containsExactly("one.bin", "vast4j");
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "returns wrong content",
      of = "download of an asset",
      outcome = "never appears at its destination")
  void refusesWrongContent() throws Exception {
    StoredAsset expected = asset("one.bin", CONTENT.replace('0', 'x'), Instant.now());
    Files.writeString(directory.resolve("one.bin"), "what was there");

    assertThatThrownBy(() -> fetch(expected))
        .isInstanceOf(FetchFailedException.class)
        .hasMessageContainingAll("one.bin", "SHA-256", expected.sha256());

    assertThat(directory.resolve("one.bin")).hasContent("what was there");
    assertThat(left("")).containsExactly("one.bin", "vast4j");
  }

  @Test
  void refusesWrongSizeWithoutStoringIt() throws Exception {
    StoredAsset longer = asset("one.bin", CONTENT + "more", Instant.now());
    assertThatThrownBy(() -> fetch(longer)).hasMessageContaining("3200000 bytes instead of");
    assertThat(left("")).containsExactly("vast4j");
  }

  @Test
  void doesNotRetryExpiredLink() throws Exception {
    StoredAsset expired = asset("one.bin", CONTENT, Instant.now().minus(Duration.ofDays(2)));

    assertThatThrownBy(() -> fetch(expired))
        .isInstanceOf(FetchFailedException.class)
        .hasMessageContainingAll("one.bin", "403", "deploy again", "AssetStore.workerKey")
        .hasMessageNotContaining("X-Amz-Signature");
    assertThat(wire.requests()).hasSize(1);
  }

  @Test
  void signsUrlWithTheWorkersKey() throws Exception {
    StoredAsset unsigned =
        new StoredAsset(
            "/data/one.bin",
            sha256(CONTENT.getBytes(StandardCharsets.UTF_8)),
            CONTENT.length(),
            wire.url() + "/weights/w/one",
            S3Proxy.REGION);
    assertThatThrownBy(() -> fetch(unsigned))
        .hasMessageContainingAll("/data/one.bin", "VAST4J_ASSET_KEY_ID");

    fetcher(
            Map.of(
                "VAST4J_ASSET_KEY_ID", S3Proxy.KEY_ID,
                "VAST4J_ASSET_KEY_SECRET", S3Proxy.SECRET,
                "VAST4J_ROOT", directory.resolve("root").toString()))
        .fetch(List.of(unsigned));

    assertThat(directory.resolve("root/data/one.bin")).hasContent(CONTENT);
  }

  @Test
  void copiesFromFileUrl() throws Exception {
    Path source = Files.writeString(directory.resolve("source"), "weights");
    byte[] bytes = "weights".getBytes(StandardCharsets.UTF_8);

    fetch(new StoredAsset("copy", sha256(bytes), 7, source.toUri().toString(), ""));

    assertThat(directory.resolve("copy")).hasContent("weights");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void acceptsUnusualFileNames() throws Exception {
    Path list = directory.resolve("vast4j/assets.tsv");
    String longest = "ü".repeat(125) + "12345"; // 255 bytes
    for (String name : List.of("back\\slash", "a b'c\"d", longest)) {
      StoredAsset asset = asset("models/" + name);
      Files.writeString(
          list,
          String.join(
              "\t", asset.destination(), asset.sha256(), "" + asset.size(), asset.url(), "\n"));

      fetch(StoredAsset.read(list).toArray(StoredAsset[]::new));

      assertThat(directory.resolve("models/" + name)).hasContent(CONTENT);
    }
    assertThat(left("models")).hasSize(3);
  }

  @Test
  void refusesListsThatLeaveTheWorkingDirectory() throws Exception {
    Path list = directory.resolve("assets.tsv");
    String hash = "0".repeat(64);
    for (String line :
        List.of(
            "../a\t" + hash + "\t5\thttp://x/a\t",
            "/../a\t" + hash + "\t5\thttp://x/a\t",
            "a\t" + hash + "\t-5\thttp://x/a\t",
            "a\t" + hash + "\t5\t\t",
            "a\t" + hash + "\t5\thttp://x/a")) {
      Files.writeString(list, line);
      assertThatThrownBy(() -> StoredAsset.read(list))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 1");
    }
  }

  /** Uses the example of the AWS documentation. */
  @Test
  void signsLikeTheAwsDocumentation() {
    assertThat(
            new SigV4(
                    "us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
                .presign(
                    "GET",
                    URI.create("https://examplebucket.s3.amazonaws.com/test.txt"),
                    Map.of(),
                    Instant.parse("2013-05-24T00:00:00Z"),
                    Duration.ofDays(1)))
        .endsWith(
            "&X-Amz-Signature="
                + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }
}
