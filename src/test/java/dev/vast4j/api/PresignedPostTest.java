package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.assets.S3Proxy;
import dev.vast4j.internal.assets.UploadForms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uploads to a real object store, with forms signed here as the service signs them. */
@Timeout(60)
class PresignedPostTest {
  private static final int SIZE = 20 << 20;
  private static final String KEY = "bundles/7/bundle.tar.gz";

  @TempDir Path folder;
  private Path file;
  private S3Proxy store;
  private final Connection connection = Connection.builder(() -> "key").build();

  @BeforeEach
  void write() throws Exception {
    store = S3Proxy.empty();
    byte[] bytes = new byte[SIZE];
    new Random(7).nextBytes(bytes);
    file = Files.write(folder.resolve("bundle.tar.gz"), bytes);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  private static Map<String, String> form(long mostBytes, Instant signed) {
    return UploadForms.postForm(S3Proxy.BUCKET, KEY, mostBytes, signed, Duration.ofMinutes(10));
  }

  private void upload(Map<String, String> form) {
    connection.upload(
        new PutResponse("created", 1, 2, null, store.url() + "/" + S3Proxy.BUCKET, form, List.of()),
        file,
        UploadProgress.NONE);
  }

  private void refused(Map<String, String> form, int status) {
    assertThatThrownBy(() -> upload(form))
        .isInstanceOfSatisfying(
            UploadException.class,
            e -> assertThat(e.status()).as(e.getMessage()).isEqualTo(status));
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void acceptsTheFile() {
    List<Long> sent = new ArrayList<>();
    connection.upload(
        new PutResponse(
            "created",
            1,
            2,
            null,
            store.url() + "/" + S3Proxy.BUCKET,
            form(SIZE, Instant.now()),
            List.of()),
        file,
        (bytes, total) -> sent.add(bytes));

    assertThat(store.keys()).containsExactly(KEY);
    assertThat(store.send("HEAD", "/weights/" + KEY, "").headers().firstValue("content-length"))
        .contains(String.valueOf(SIZE));
    assertThat(sent).isSorted().startsWith(0L).endsWith((long) SIZE);
  }

  @Test
  void rejectsATamperedForm() {
    Map<String, String> form = new LinkedHashMap<>(form(SIZE, Instant.now()));
    form.computeIfPresent(
        "x-amz-signature", (name, hex) -> (hex.startsWith("0") ? "1" : "0") + hex.substring(1));
    refused(form, 403);
  }

  @Test
  void rejectsAnExpiredForm() {
    refused(form(SIZE, Instant.now().minus(Duration.ofHours(1))), 403);
  }

  @Test
  void rejectsAnotherKey() {
    Map<String, String> form = new LinkedHashMap<>(form(SIZE, Instant.now()));
    form.put("key", "bundles/8/bundle.tar.gz");
    refused(form, 403);
  }

  @Test
  void rejectsTooManyBytes() {
    refused(form(SIZE - 1, Instant.now()), 400);
  }
}
