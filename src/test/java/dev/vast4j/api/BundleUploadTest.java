package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BundleUploadTest {
  @RegisterExtension static final WireMockExtension STORE = Answers.service();

  @TempDir Path folder;
  private Path file;

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
  }

  private static PutResponse target() {
    return target(STORE.baseUrl());
  }

  private static PutResponse target(String store) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("x-amz-meta", "é");
    fields.put("key", "a/b.tar.gz");
    fields.put("Policy", "cG9saWN5");
    return new PutResponse("created", 1, 2, null, store + "/bucket", fields, List.of());
  }

  private static void answers(ResponseDefinitionBuilder... inTurn) {
    Answers.inTurn(STORE, inTurn);
  }

  private static List<LoggedRequest> requests() {
    return Answers.requests(STORE);
  }

  @Test
  void sendsFieldsInOrderAndTheFileLast() {
    answers(Answers.text(204, ""));
    List<Long> progress = new ArrayList<>();
    connection.upload(
        target(),
        file,
        (sent, total) -> {
          assertThat(total).isEqualTo(150_000);
          progress.add(sent);
        });
    LoggedRequest request = requests().get(0);
    assertThat(request.getUrl()).isEqualTo("/bucket");
    assertThat(request.containsHeader("Authorization")).isFalse();
    assertThat(request.getHeader("Content-Length"))
        .isEqualTo(String.valueOf(request.getBody().length));
    String text = request.getBodyAsString();
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
      fault = "answers 403 because the form has expired",
      of = "upload",
      outcome = "recognized, so that the client requests a new form")
  void reportsAnExpiredForm() {
    answers(
        Answers.of(
            403,
            "application/xml",
            "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"
                + "<Message>Policy expired.</Message></Error>"));
    assertThatThrownBy(() -> connection.upload(target(), file, UploadProgress.NONE))
        .isInstanceOfSatisfying(
            UploadException.class,
            e -> {
              assertThat(e.status()).isEqualTo(403);
              assertThat(e.code()).isEqualTo("AccessDenied");
              assertThat(e.detail()).isEqualTo("Policy expired.");
            });
    assertThat(requests()).hasSize(1);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "500, or reset midway",
      of = "upload",
      outcome = "sends the whole file again")
  void retriesTemporaryFailuresFromTheStart() {
    List<Long> progress = new ArrayList<>();
    answers(Answers.text(500, ""), Answers.reset(), Answers.text(503, ""), Answers.text(201, ""));
    connection.upload(target(), file, (sent, total) -> progress.add(sent));
    assertThat(requests()).hasSize(4);
    assertThat(progress.stream().filter(sent -> sent == 0)).hasSize(4);
  }

  @Test
  void followsRedirectsToTheBucketsRegion() {
    answers(Answers.text(307, "").withHeader("Location", "/elsewhere"), Answers.text(204, ""));
    connection.upload(target(), file, UploadProgress.NONE);
    assertThat(Answers.requests(STORE, "/elsewhere")).hasSize(1);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "permanently down",
      of = "upload",
      outcome = "a typed error after a bounded number of attempts")
  void reportsAnUnreachableStore() {
    PutResponse gone = target("http://127.0.0.1:" + Answers.closedPort());
    assertThatThrownBy(() -> connection.upload(gone, file, UploadProgress.NONE))
        .isInstanceOf(ServiceUnreachableException.class);
  }

  @Test
  void rejectsATooLargeFileBeforeSending() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((5L << 30) + 1);
    }
    assertThatThrownBy(() -> connection.upload(target(), file, UploadProgress.NONE))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("5 GiB");
    assertThat(requests()).isEmpty();
  }

  @Test
  void missingFileThrowsBundleException() {
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
  void shrinkingFileThrowsBundleException() {
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
