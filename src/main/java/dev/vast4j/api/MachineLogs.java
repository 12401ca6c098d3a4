package dev.vast4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.api.RestClient.Repeat;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The output of workers' machines, which exists even when the worker never started. The service
 * puts a snapshot into an object store; this fetches it. To follow a machine, fetch every few
 * seconds and print what {@link LogWindow} finds new. Thread-safe.
 */
public final class MachineLogs {
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MOST_BYTES = 64 << 20;

  private final RestClient rest;
  private final Transport transport;

  MachineLogs(RestClient rest, Transport transport) {
    this.rest = rest;
    this.transport = transport;
  }

  /**
   * Fetches the last lines of a machine's output. Blocks until the service has put them into the
   * store, some ten seconds at most.
   *
   * @param instanceId the machine's id, which is its worker's id
   * @param request which lines
   * @return the lines, oldest first
   * @throws dev.vast4j.errors.ApiException when the service refuses: 404 for an unknown machine,
   *     403 for another account's
   * @throws ServiceUnreachableException when the service does not answer or the snapshot does not
   *     arrive
   * @throws UnexpectedAnswerException when an answer violates the protocol or is larger than 64 MB
   */
  public List<String> lines(long instanceId, MachineLogRequest request) {
    String path = "/api/v0/instances/request_logs/" + instanceId + "/";
    ObjectNode body = JsonFields.object();
    // Texts, as the reference client sends them.
    JsonFields.put(body, "tail", text(request.tail()));
    JsonFields.put(body, "filter", request.filter());
    JsonFields.put(body, "daemon_logs", request.daemon() ? "true" : null);
    JsonNode answer = rest.send("PUT", path, body, Repeat.ALWAYS);
    HttpUrl url = HttpUrl.parse(String.valueOf(JsonFields.text(answer, "result_url")));
    if (url == null) {
      throw new UnexpectedAnswerException("PUT " + path, "no http URL 'result_url'", null);
    }
    return snapshot("the log of machine " + instanceId, url).lines().toList();
  }

  private static @Nullable String text(@Nullable Integer number) {
    return number == null ? null : number.toString();
  }

  /** Polls for the snapshot. Its URL is signed, so no message shows it; it gets no key of ours. */
  private String snapshot(String operation, HttpUrl url) {
    Request request =
        new Request.Builder().url(url).header("User-Agent", Transport.userAgent()).build();
    OkHttpClient store = transport.web().newBuilder().followRedirects(true).build();
    long start = transport.timing().nanoTime();
    for (int attempt = 1; ; attempt++) {
      IOException failure = null;
      String reason;
      try (Response response = store.newCall(request).execute()) {
        if (response.code() == 200) {
          if (response.body().source().request(MOST_BYTES + 1L)) {
            throw new UnexpectedAnswerException(operation, "it is larger than 64 MB", null);
          }
          return response.body().source().readUtf8();
        }
        reason = "the store answers HTTP " + response.code();
      } catch (IOException e) {
        failure = e;
        reason = String.valueOf(e.getMessage());
      }
      Duration waited = Duration.ofNanos(transport.timing().nanoTime() - start);
      if (transport.closed() || waited.plus(PAUSE).compareTo(TIMEOUT) > 0) {
        throw new ServiceUnreachableException(operation, attempt, reason, failure);
      }
      try {
        transport.timing().sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServiceUnreachableException(operation, attempt, "interrupted", e);
      }
    }
  }
}
