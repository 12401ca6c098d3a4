package dev.vast4j.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends the HTTP requests that a worker makes: to the engine and to the callbacks of sessions.
 * Thread-safe; every method blocks, at most until the deadline.
 *
 * <p>Uses {@link HttpURLConnection}, which loads in a fraction of the time of {@code
 * java.net.http}. Each request has its own connection, as in the reference, so that none is lost on
 * a connection that the other side closes. Streaming a body of fixed length keeps the JDK from
 * retrying a POST.
 */
public final class EngineHttp implements AutoCloseable {
  /** The header with which the embedded engine says that it is ours. The service sends none. */
  public static final String OWN_ENGINE = "Vast4j-Engine";

  private static final int MAX_ANSWER = 1 << 20;

  private final Duration deadline;
  private final ScheduledThreadPoolExecutor watchdog;

  /**
   * Creates a client.
   *
   * @param deadline of a request, from connecting to the last byte of the answer
   */
  public EngineHttp(Duration deadline) {
    this.deadline = deadline;
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "vast4j-http-deadline");
              thread.setDaemon(true);
              return thread;
            });
    watchdog.setRemoveOnCancelPolicy(true);
  }

  /**
   * Posts JSON.
   *
   * @param url the URL
   * @param json the body, UTF-8
   * @return the answer, also if it is an error; its text is empty
   * @throws IOException if there is no answer within the deadline
   */
  public Answer postJson(String url, byte[] json) throws IOException {
    return exchange(url, json, 0);
  }

  /**
   * Gets a text.
   *
   * @param url the URL
   * @return the answer, with its body decoded as UTF-8
   * @throws IOException if there is no answer within the deadline, or it is not 2xx or longer than
   *     1 MiB
   */
  public Answer getText(String url) throws IOException {
    Answer answer = exchange(url, null, MAX_ANSWER);
    if (answer.status() / 100 != 2) {
      throw new IOException("HTTP status " + answer.status());
    }
    return answer;
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param ownEngine whether the embedded engine sent it, by the header {@link #OWN_ENGINE}
   * @param text the body, or empty if it was not read
   */
  public record Answer(int status, boolean ownEngine, String text) {}

  private Answer exchange(String url, byte @Nullable [] body, int maxAnswer) throws IOException {
    HttpURLConnection connection = open(url);
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> kill =
        watchdog.schedule(
            () -> {
              late.set(true);
              connection.disconnect();
            },
            deadline.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      connection.setConnectTimeout((int) deadline.toMillis());
      connection.setReadTimeout((int) deadline.toMillis());
      connection.setUseCaches(false);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Connection", "close");
      if (body != null) {
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      return new Answer(
          status,
          connection.getHeaderField(OWN_ENGINE) != null,
          status / 100 == 2 ? read(connection, maxAnswer) : "");
    } catch (IOException e) {
      if (late.get()) {
        InterruptedIOException timeout =
            new InterruptedIOException("no answer within " + deadline.toMillis() + " ms");
        timeout.initCause(e);
        throw timeout;
      }
      throw e;
    } finally {
      kill.cancel(false);
      connection.disconnect();
    }
  }

  private static HttpURLConnection open(String text) throws IOException {
    try {
      URL url = URI.create(text).toURL();
      String scheme = url.getProtocol();
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.openConnection() instanceof HttpURLConnection connection) {
        return UserAgent.on(connection);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("not a URL", e);
    }
    throw new IOException("not an http or https URL");
  }

  private static String read(HttpURLConnection connection, int max) throws IOException {
    if (max == 0) {
      return "";
    }
    try (InputStream in = connection.getInputStream()) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IOException("the answer is longer than " + max + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
