package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.docs.Proves;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.http.FakeTiming;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BundleUploadTest {
  @TempDir Path folder;
  private Path file;

  private final ScriptedServer store = new ScriptedServer(request -> Reply.text(204, ""));
  private final Connection connection =
      Connection.builder(() -> "key-4711").timing(new FakeTiming()).build();

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("bundle.tar.gz");
    Files.writeString(file, "tar".repeat(50_000));
  }

  @AfterEach
  void close() {
    connection.close();
    store.close();
  }

  private PutResponse target() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("x-amz-meta", "é");
    fields.put("key", "a/b.tar.gz");
    fields.put("Policy", "cG9saWN5");
    return new PutResponse("created", 1, 2, null, store.url() + "/bucket", fields, List.of());
  }

  private void answers(Reply... inTurn) {
    AtomicInteger next = new AtomicInteger();
    store.handle(request -> inTurn[Math.min(next.getAndIncrement(), inTurn.length - 1)]);
  }

  @Test
  void fieldsComeInOrderAndTheFileLast() {
    List<Long> progress = new ArrayList<>();
    connection.upload(
        target(),
        file,
        (sent, total) -> {
          assertThat(total).isEqualTo(150_000);
          progress.add(sent);
        });
    ScriptedServer.Request request = store.requests().get(0);
    assertThat(request.path()).isEqualTo("/bucket");
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(request.header("Content-Length")).isEqualTo(String.valueOf(request.body().length));
    String text = request.text();
    assertThat(text.indexOf("name=\"x-amz-meta\"")).isPositive();
    assertThat(text.indexOf("name=\"key\"")).isGreaterThan(text.indexOf("name=\"x-amz-meta\""));
    assertThat(text.indexOf("name=\"Policy\"")).isGreaterThan(text.indexOf("name=\"key\""));
    int part = text.indexOf("name=\"file\"; filename=\"bundle.tar.gz\"");
    assertThat(part).isGreaterThan(text.indexOf("name=\"Policy\""));
    assertThat(text.substring(part)).contains("Content-Type: application/gzip").contains("tartar");
    assertThat(text).contains("\r\n\r\né\r\n");
    assertThat(progress).startsWith(0L).endsWith(150_000L).isSorted();
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "403, the form has expired",
      of = "upload",
      outcome = "told apart, so that a fresh form is asked for")
  void expiredFormIsToldApart() {
    answers(
        Reply.of(
            403,
            "application/xml",
            ("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"
                    + "<Message>Policy expired.</Message></Error>")
                .getBytes()));
    assertThatThrownBy(() -> connection.upload(target(), file, UploadProgress.NONE))
        .isInstanceOfSatisfying(
            UploadException.class,
            e -> {
              assertThat(e.status()).isEqualTo(403);
              assertThat(e.code()).isEqualTo("AccessDenied");
              assertThat(e.detail()).isEqualTo("Policy expired.");
            });
    assertThat(store.requests()).hasSize(1);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "500, reset half-way",
      of = "upload",
      outcome = "the whole file again")
  void passingFailuresAreRepeatedFromTheStart() {
    List<Long> progress = new ArrayList<>();
    answers(Reply.text(500, ""), Reply.reset(), Reply.text(503, ""), Reply.text(201, ""));
    connection.upload(target(), file, (sent, total) -> progress.add(sent));
    assertThat(store.requests()).hasSize(4);
    assertThat(progress.stream().filter(sent -> sent == 0)).hasSize(4);
  }

  @Test
  void redirectToTheBucketsRegionIsFollowed() {
    answers(
        connection -> {
          connection.head(307, "Location: /elsewhere", "Content-Length: 0");
          return true;
        },
        Reply.text(204, ""));
    connection.upload(target(), file, UploadProgress.NONE);
    assertThat(store.requests("/elsewhere")).hasSize(1);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "down for good",
      of = "upload",
      outcome = "a typed error after bounded tries")
  void storeThatStaysAwayIsReported() {
    store.close();
    assertThatThrownBy(() -> connection.upload(target(), file, UploadProgress.NONE))
        .isInstanceOf(ServiceUnreachableException.class);
  }

  @Test
  void tooLargeAFileIsRefusedBeforeSending() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((5L << 30) + 1);
    }
    assertThatThrownBy(() -> connection.upload(target(), file, UploadProgress.NONE))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("5 GiB");
    assertThat(store.requests()).isEmpty();
  }

  @Test
  void missingFileIsTheBundlesFault() {
    assertThatThrownBy(
            () -> connection.upload(target(), folder.resolve("none"), UploadProgress.NONE))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "a file shrinks while it is sent",
      of = "upload",
      outcome = "`BundleException`")
  void fileThatShrinksMeanwhileIsTheBundlesFault() {
    assertThatThrownBy(
            () ->
                connection.upload(
                    target(),
                    file,
                    (sent, total) -> {
                      if (sent == 0) {
                        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
                          cut.setLength(10);
                        } catch (IOException e) {
                          throw new java.io.UncheckedIOException(e);
                        }
                      }
                    }))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("shorter");
  }
}
