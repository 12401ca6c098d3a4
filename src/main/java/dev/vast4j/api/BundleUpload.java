package dev.vast4j.api;

import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Uploads a bundle to the object store with S3's presigned POST. */
final class BundleUpload {
  static final long MOST_BYTES = 5L << 30;

  private static final String OPERATION = "POST to the object store";
  private static final MediaType GZIP = MediaType.get("application/gzip");
  private static final int CHUNK = 64 << 10;
  private static final int ATTEMPTS = 5;
  private static final int MOST_REDIRECTS = 3;

  /** Presigned forms expire after about an hour; a later retry would need a new one. */
  private static final Duration TIMEOUT = Duration.ofHours(1);

  private final Transport transport;
  private final Retry retry;

  BundleUpload(Transport transport) {
    this.transport = transport;
    this.retry =
        new Retry(
            transport.timing(),
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(20)),
            TIMEOUT,
            ATTEMPTS);
  }

  void run(PutResponse target, Path file, UploadProgress progress) {
    String url = target.uploadUrl();
    Map<String, String> fields = target.uploadFields();
    if (url == null || fields == null) {
      throw new IllegalArgumentException("the service asked for no upload: " + target);
    }
    HttpUrl store = HttpUrl.parse(url);
    if (store == null) {
      throw new UnexpectedAnswerException(
          "PUT /api/v0/deployments/", "the upload URL is invalid", null);
    }
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new BundleException(file.toString(), "cannot be read", e);
    }
    if (size > MOST_BYTES) {
      throw new BundleException(
          file.toString(),
          size + " bytes; an upload may have at most " + MOST_BYTES + " (5 GiB)",
          null);
    }
    retry.run(
        OPERATION,
        attempt -> {
          once(store, fields, new FileBody(file, size, progress), 0);
          return true;
        });
  }

  private void once(HttpUrl url, Map<String, String> fields, FileBody file, int redirects)
      throws Retry.Failed {
    MultipartBody.Builder form = new MultipartBody.Builder().setType(MultipartBody.FORM);
    fields.forEach(form::addFormDataPart);
    form.addFormDataPart("file", file.name(), file);
    Request request =
        new Request.Builder()
            .url(url)
            .header("User-Agent", Transport.userAgent())
            .post(form.build())
            .build();
    HttpUrl elsewhere = null;
    try (Response response = transport.upload().newCall(request).execute()) {
      int status = response.code();
      if (status == 200 || status == 201 || status == 204) {
        return;
      }
      String location = response.header("Location");
      // The store redirects to the bucket's region; the form stays the same.
      if ((status == 307 || status == 308) && location != null && redirects < MOST_REDIRECTS) {
        elsewhere = url.resolve(location);
      }
      if (elsewhere == null) {
        ErrorBody error = ErrorBody.read(response, "");
        throw new Retry.Failed(
            status == 408 || status == 429 || status >= 500,
            Duration.ZERO,
            attempts -> new UploadException(status, error.code(), error.detail(), null));
      }
    } catch (FileBody.Unreadable e) {
      throw new Retry.Failed(
          false,
          Duration.ZERO,
          attempts -> new BundleException(file.file.toString(), e.problem, e.getCause()));
    } catch (IOException e) {
      throw new Retry.Failed(
          !transport.closed() && !Thread.currentThread().isInterrupted(),
          Duration.ZERO,
          attempts -> new ServiceUnreachableException(OPERATION, attempts, e));
    }
    if (url.isHttps() && !elsewhere.isHttps()) {
      throw new Retry.Failed(
          false,
          Duration.ZERO,
          attempts ->
              new UploadException(
                  307, null, "the store redirects to a connection without TLS", null));
    }
    once(elsewhere, fields, file, redirects + 1);
  }

  /** Reads the file from disk. Its size is fixed before, because the form declares its length. */
  private static final class FileBody extends RequestBody {
    /** Reading the file failed, not the connection. */
    static final class Unreadable extends IOException {
      private static final long serialVersionUID = 1L;

      final String problem;

      Unreadable(String problem, @Nullable IOException cause) {
        super(problem, cause);
        this.problem = problem;
      }
    }

    final Path file;
    private final long size;
    private final UploadProgress progress;

    FileBody(Path file, long size, UploadProgress progress) {
      this.file = file;
      this.size = size;
      this.progress = progress;
    }

    String name() {
      Path name = file.getFileName();
      return name == null ? "bundle.tar.gz" : name.toString();
    }

    @Override
    public MediaType contentType() {
      return GZIP;
    }

    @Override
    public long contentLength() {
      return size;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      byte[] chunk = new byte[CHUNK];
      long sent = 0;
      progress.sent(0, size);
      try (InputStream in = open()) {
        while (sent < size) {
          int read = read(in, chunk, (int) Math.min(CHUNK, size - sent));
          if (read < 0) {
            throw new Unreadable("became shorter during the upload", null);
          }
          sink.write(chunk, 0, read);
          sent += read;
          progress.sent(sent, size);
        }
      }
    }

    private InputStream open() throws Unreadable {
      try {
        return Files.newInputStream(file);
      } catch (IOException e) {
        throw new Unreadable("cannot be read", e);
      }
    }

    private static int read(InputStream in, byte[] chunk, int length) throws Unreadable {
      try {
        return in.read(chunk, 0, length);
      } catch (IOException e) {
        throw new Unreadable("cannot be read", e);
      }
    }
  }
}
