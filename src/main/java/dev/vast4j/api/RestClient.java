package dev.vast4j.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.ApiKey;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.FirstContact;
import dev.vast4j.internal.http.SendProgress;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Sends a request, reads its JSON answer, and retries when that may help and does no harm. */
final class RestClient {
  /** When a request may be retried. */
  enum Repeat {
    /** Always: the request is idempotent. */
    ALWAYS,
    /** Only if the service did not receive it, or refused it before doing anything. */
    UNLESS_DONE,
    /** Never. */
    NEVER
  }

  private static final MediaType JSON = MediaType.get("application/json");
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 8;
  private static final int BRIEF_ATTEMPTS = 3;
  private static final int MOST_BYTES = 64 << 20;
  private static final Pattern THRESHOLD = Pattern.compile("threshold=(\\d{1,3}(?:\\.\\d+)?)");
  private static final Duration LIMIT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MOST_RETRY_AFTER = Duration.ofSeconds(30);

  private final Transport transport;
  private final URI base;
  private final FirstContact contact;
  private final Supplier<String> apiKey;
  private final Retry retry;
  private final Retry briefly;

  RestClient(Transport transport, URI base, FirstContact contact, Supplier<String> apiKey) {
    this.transport = transport;
    this.base = base;
    this.contact = contact;
    this.apiKey = apiKey;
    this.retry = new Retry(transport.timing(), BACKOFF, TIMEOUT, ATTEMPTS);
    this.briefly = new Retry(transport.timing(), BACKOFF, Duration.ofSeconds(8), BRIEF_ATTEMPTS);
  }

  /** Returns the key, checked each time since it may change. */
  String key() {
    return ApiKey.sendable(apiKey.get());
  }

  JsonNode get(String path) {
    return send("GET", path, null, Repeat.ALWAYS);
  }

  /** Sends a request and reads its JSON answer; an empty answer is a missing node. */
  JsonNode send(String method, String path, @Nullable JsonNode body, Repeat repeat) {
    return send(method, path, body, repeat, false);
  }

  /** Sends a request whose answer is JSON, or a plain text in place of a JSON string. */
  JsonNode sendOrText(String method, String path, @Nullable JsonNode body, Repeat repeat) {
    return send(method, path, body, repeat, true);
  }

  /** Sends an idempotent request for a caller that cannot wait long. */
  JsonNode sendBriefly(String method, String path, JsonNode body) {
    return read(method, path, sendForText(method, path, body, Repeat.ALWAYS, briefly), false);
  }

  private JsonNode send(
      String method, String path, @Nullable JsonNode body, Repeat repeat, boolean orText) {
    return read(method, path, sendForText(method, path, body, repeat), orText);
  }

  private JsonNode read(String method, String path, String text, boolean orText) {
    String operation = operation(method, path);
    JsonNode answer;
    try {
      answer = JsonFields.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      if (orText && Character.isLetter(text.stripLeading().codePointAt(0))) {
        return TextNode.valueOf(text.strip());
      }
      // The parser's message would quote the answer, which may contain keys.
      throw new UnexpectedAnswerException(operation, "it is not JSON but " + kind(text), null);
    }
    if (answer.isObject()
        && answer.path("success").isBoolean()
        && !answer.path("success").asBoolean()) {
      ErrorBody error = ErrorBody.parse(text, key());
      throw new ApiException(operation, 200, error.code(), error.detail(), null);
    }
    return answer;
  }

  /** Reads a public text for a caller that cannot wait long; sends no key. */
  String publicText(String path) {
    String operation = operation("GET", path);
    boolean[] maybeDone = new boolean[1];
    return briefly.run(
        operation,
        attempt -> once(operation, "GET", path, new byte[0], false, "", Repeat.ALWAYS, maybeDone));
  }

  /** Sends a request and reads its answer as text. */
  String sendForText(String method, String path, @Nullable JsonNode body, Repeat repeat) {
    return sendForText(method, path, body, repeat, retry);
  }

  private String sendForText(
      String method, String path, @Nullable JsonNode body, Repeat repeat, Retry policy) {
    String operation = operation(method, path);
    String key = key();
    byte[] bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    boolean[] maybeDone = new boolean[1];
    return policy.run(
        operation,
        attempt -> once(operation, method, path, bytes, body != null, key, repeat, maybeDone));
  }

  private String once(
      String operation,
      String method,
      String path,
      byte[] body,
      boolean json,
      String key,
      Repeat repeat,
      boolean[] maybeDone)
      throws Retry.Failed {
    if (transport.closed()) {
      throw new IllegalStateException("the connection to Vast was closed");
    }
    SendProgress progress = new SendProgress();
    Request.Builder request =
        new Request.Builder()
            .url(base + path)
            .header("User-Agent", Transport.userAgent())
            .header("Accept", "application/json, */*;q=0.1")
            .tag(EventListener.class, progress)
            .method(
                method, method.equals("GET") ? null : RequestBody.create(body, json ? JSON : null));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    try (Response response = transport.web().newCall(request.build()).execute()) {
      contact.made();
      int status = response.code();
      if (response.isSuccessful()) {
        return read(operation, response.body().source());
      }
      if (status == 404 && method.equals("DELETE") && maybeDone[0]) {
        return ""; // an earlier try, whose answer was lost, deleted it
      }
      ErrorBody error = ErrorBody.read(response, key);
      boolean retryable = status == 408 || status == 429 || status >= 500;
      maybeDone[0] |= status != 429;
      throw new Retry.Failed(
          retryable && (repeat == Repeat.ALWAYS || (repeat == Repeat.UNLESS_DONE && status == 429)),
          status == 429 ? interval(response.header("Retry-After"), error.detail()) : Duration.ZERO,
          attempts -> new ApiException(operation, status, error.code(), error.detail(), null));
    } catch (IOException e) {
      maybeDone[0] |= progress.started();
      boolean safe =
          repeat == Repeat.ALWAYS || (repeat == Repeat.UNLESS_DONE && !progress.started());
      String hopeless = contact.hopeless(e);
      throw new Retry.Failed(
          safe
              && hopeless == null
              && !transport.closed()
              && !Thread.currentThread().isInterrupted(),
          Duration.ZERO,
          attempts ->
              new ServiceUnreachableException(
                  operation, attempts, hopeless == null ? e.getMessage() : hopeless, e));
    }
  }

  /**
   * Returns the interval that the service asks for, in {@code Retry-After} or in its text: {@code
   * API requests too frequent: endpoint threshold=3.0}.
   */
  static Duration interval(@Nullable String retryAfter, String detail) {
    if (retryAfter != null && retryAfter.matches("\\d{1,6}")) {
      Duration asked = Duration.ofSeconds(Long.parseLong(retryAfter));
      return asked.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : asked;
    }
    Matcher threshold = THRESHOLD.matcher(detail);
    if (threshold.find()) {
      Duration asked = Duration.ofMillis((long) (Double.parseDouble(threshold.group(1)) * 1000));
      return asked.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : asked;
    }
    return LIMIT_INTERVAL;
  }

  private static String read(String operation, BufferedSource source) throws IOException {
    if (source.request(MOST_BYTES + 1L)) {
      throw new UnexpectedAnswerException(operation, "it is larger than 64 MB", null);
    }
    return source.readUtf8();
  }

  private static String operation(String method, String path) {
    int query = path.indexOf('?');
    return method + " " + (query < 0 ? path : path.substring(0, query));
  }

  private static String kind(String text) {
    String start = text.stripLeading();
    if (start.isEmpty()) {
      return "nothing";
    }
    return start.startsWith("<") ? "a page of markup" : text.length() + " characters of text";
  }
}
