package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request with its body, and its response. */
final class HttpCall {
  /** How many milliseconds a caller waits in all; vast4j sends it to its own engine only. */
  private static final HttpString TIMEOUT = new HttpString("Vast4j-Timeout");

  private final HttpServerExchange exchange;
  private final byte[] body;
  private final List<String> path;

  HttpCall(HttpServerExchange exchange, byte[] body) {
    this.exchange = exchange;
    this.body = body;
    this.path = segments(exchange.getRequestPath());
  }

  static List<String> segments(String path) {
    return List.of(path.split("/", -1)).stream().filter(segment -> !segment.isEmpty()).toList();
  }

  HttpServerExchange exchange() {
    return exchange;
  }

  String method() {
    return exchange.getRequestMethod().toString();
  }

  /** {@return the path's non-empty segments} */
  List<String> path() {
    return path;
  }

  String requestPath() {
    return exchange.getRequestPath();
  }

  long id(int segment) {
    try {
      return Long.parseLong(path.size() > segment ? path.get(segment) : "");
    } catch (NumberFormatException e) {
      throw ServiceError.notFound("not_found", "no such resource: " + requestPath());
    }
  }

  ObjectNode json() {
    return ServiceJson.readObject(body);
  }

  /** {@return the bearer token, or null} */
  @Nullable String bearer() {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : null;
  }

  /** {@return the caller's key: the bearer token, else the one in the query or the body} */
  @Nullable String key() {
    String bearer = bearer();
    if (bearer != null) {
      return bearer;
    }
    Deque<String> query = exchange.getQueryParameters().get("api_key");
    if (query != null && !query.isEmpty()) {
      return query.getFirst();
    }
    return body.length == 0 ? null : ServiceJson.text(json(), "api_key");
  }

  /** {@return the seconds after which the caller gives up, or 0 when it does not say} */
  double timeout() {
    String millis = exchange.getRequestHeaders().getFirst(TIMEOUT);
    return millis != null && millis.matches("[0-9]{1,15}") ? Long.parseLong(millis) / 1000.0 : 0;
  }

  /** Sets a header of the answer. */
  void header(String name, String value) {
    exchange.getResponseHeaders().put(new HttpString(name), value);
  }

  void answer(JsonNode json) {
    answer(200, json);
  }

  void answer(int status, JsonNode json) {
    send(status, "application/json", ServiceJson.bytes(json));
  }

  void answer(int status, String contentType, String text) {
    send(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  private void send(int status, String contentType, byte[] bytes) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
  }

  void fail(ServiceError error) {
    answer(error.status(), error.body());
  }
}
