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
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Posts a bundle to the object store with a presigned form (S3's presigned POST). */
final class BundleUpload {
  private static final String OPERATION = "POST to the object store";
  private static final MediaType GZIP = MediaType.get("application/gzip");
  private static final int CHUNK = 64 << 10;
  private static final int ATTEMPTS = 5;
  private static final int MOST_REDIRECTS = 3;

  /** Presigned forms are good for an hour or so; what still fails then needs a new one anyway. */
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
      throw new IllegalArgumentException("no upload was asked for: " + target);
    }
    HttpUrl store = HttpUrl.parse(url);
    if (store == null) {
      throw new UnexpectedAnswerException(
          "PUT /api/v0/deployments/", "an upload URL that is none", null);
    }
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new BundleException(file.toString(), "cannot be read", e);
    }
    if (size > Connection.MOST_UPLOADED) {
      throw new BundleException(
          file.toString(),
          size + " bytes, and an upload may have at most " + Connection.MOST_UPLOADED + " (5 GiB)",
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
      // A store redirects to the bucket's own region, the form unchanged.
      if ((status == 307 || status == 308) && location != null && redirects < MOST_REDIRECTS) {
        elsewhere = url.resolve(location);
      }
      if (elsewhere == null) {
        ErrorBody error = ErrorBody.parse(start(response.body().source()), "");
        throw new Retry.Failed(
            status == 408 || status == 429 || status >= 500,
            Duration.ZERO,
            attempts -> new UploadException(status, error.code(), error.detail(), null));
      }
    } catch (FileBody.Unreadable e) {
      throw new Retry.Failed(
          false,
          Duration.ZERO,
          attempts -> new BundleException(file.file.toString(), e.found, e.getCause()));
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

  private static byte[] start(BufferedSource source) throws IOException {
    source.request(ErrorBody.LIMIT);
    Buffer buffer = source.getBuffer();
    return buffer.readByteArray(Math.min(buffer.size(), ErrorBody.LIMIT));
  }

  /** The file as it is read from disk; the size is fixed beforehand, since the form's length is. */
  private static final class FileBody extends RequestBody {
    /** The file is at fault, not the connection. */
    static final class Unreadable extends IOException {
      private static final long serialVersionUID = 1L;

      final String found;

      Unreadable(String found, @Nullable IOException cause) {
        super(found, cause);
        this.found = found;
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
            throw new Unreadable("became shorter while it was uploaded", null);
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
