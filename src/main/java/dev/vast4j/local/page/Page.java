package dev.vast4j.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves what needs no key: the page at {@code /} with its live data, and the CA certificate. The
 * page is read-only and contains no secret. Other sites cannot read it: the Host and Origin of each
 * request are checked before it comes here.
 */
public final class Page {
  private static final int SHOWN_TICKS = 3;
  private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");

  /** An open page. Each event shows everything, so a slow page may skip some. */
  private static final AttachmentKey<LatestOnly> VIEWER = AttachmentKey.create(LatestOnly.class);

  private record Resource(String file, String contentType) {}

  private static final Map<String, Resource> RESOURCES =
      Map.of(
          "/", new Resource("page.html", "text/html; charset=utf-8"),
          "/page.css", new Resource("page.css", "text/css; charset=utf-8"),
          "/page.svg", new Resource("page.svg", "image/svg+xml"),
          "/page.js", new Resource("page.js", "text/javascript; charset=utf-8"),
          "/static/jvastai_root.cer",
              new Resource("jvastai_root.cer", "application/x-x509-ca-cert"));

  private final ConcurrentMap<String, byte[]> loaded = new ConcurrentHashMap<>();
  private final Supplier<ObjectNode> snapshot;
  private final DoubleSupplier now;
  private final LongFunction<List<String>> workerLog;
  private final ServerSentEventHandler events =
      new ServerSentEventHandler((connection, lastEventId) -> welcome(connection));
  private ObjectNode shown = JsonNodeFactory.instance.objectNode();
  private int ticks;

  /**
   * Creates the page.
   *
   * @param snapshot returns what the page shows
   * @param now returns the engine's time, in seconds
   * @param workerLog returns the last lines of a worker's log
   */
  public Page(
      Supplier<ObjectNode> snapshot, DoubleSupplier now, LongFunction<List<String>> workerLog) {
    this.snapshot = snapshot;
    this.now = now;
    this.workerLog = workerLog;
  }

  public boolean serves(HttpServerExchange exchange) {
    String path = exchange.getRequestPath();
    return exchange.getRequestMethod().equalToString("GET")
        && (RESOURCES.containsKey(path) || path.equals("/events") || path.equals("/worker-log"));
  }

  public void handle(HttpServerExchange exchange) throws Exception {
    exchange
        .getResponseHeaders()
        .put(
            new HttpString("Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                + " connect-src 'self';"
                + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
        .put(new HttpString("X-Content-Type-Options"), "nosniff")
        .put(new HttpString("Referrer-Policy"), "no-referrer")
        .put(new HttpString("Cross-Origin-Resource-Policy"), "same-origin")
        .put(Headers.CACHE_CONTROL, "no-store");
    String site = exchange.getRequestHeaders().getFirst(FETCH_SITE);
    String path = exchange.getRequestPath();
    Resource resource = RESOURCES.get(path);
    if (resource != null) {
      byte[] bytes = loaded.computeIfAbsent(resource.file(), Page::load);
      send(exchange, resource.contentType(), bytes);
    } else if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      exchange.setStatusCode(403);
      send(exchange, "text/plain", bytes("cross-site"));
    } else if (path.equals("/events")) {
      events.handleRequest(exchange);
    } else {
      send(exchange, "application/json", bytes(workerLog(exchange)));
    }
  }

  private static byte[] bytes(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpServerExchange exchange, String contentType, byte[] bytes) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
  }

  private ObjectNode workerLog(HttpServerExchange exchange) {
    @Nullable Deque<String> id = exchange.getQueryParameters().get("id");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode lines = json.putArray("lines");
    logOf(id == null ? "" : id.getFirst()).forEach(lines::add);
    return json;
  }

  private List<String> logOf(String id) {
    try {
      return workerLog.apply(Long.parseLong(id));
    } catch (NumberFormatException e) {
      return List.of();
    }
  }

  private void welcome(ServerSentEventConnection connection) {
    connection.setKeepAliveTime(15_000);
    LatestOnly viewer = new LatestOnly((event, then) -> connection.send(event, new Done(then)));
    connection.putAttachment(VIEWER, viewer);
    viewer.offer(event(snapshot.get()));
  }

  /** Goes on with the next event, whether this one was sent or lost. */
  private record Done(Runnable then) implements ServerSentEventConnection.EventCallback {
    @Override
    public void done(ServerSentEventConnection connection, String data, String event, String id) {
      then.run();
    }

    @Override
    public void failed(
        ServerSentEventConnection connection,
        String data,
        String event,
        String id,
        IOException cause) {
      then.run();
    }
  }

  /** Adds the engine's time, so that the page can show how long requests have been running. */
  private String event(ObjectNode snapshot) {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("now", now.getAsDouble());
    return event.setAll(snapshot).toString();
  }

  /** Sends changes to open pages, a few times a second. */
  public void tick() {
    if (++ticks % SHOWN_TICKS != 0 || events.getConnections().isEmpty()) {
      return;
    }
    ObjectNode current = snapshot.get();
    if (!current.equals(shown)) {
      shown = current;
      String event = event(current);
      for (ServerSentEventConnection connection : events.getConnections()) {
        LatestOnly viewer = connection.getAttachment(VIEWER);
        if (viewer != null) {
          viewer.offer(event);
        }
      }
    }
  }

  public void close() {
    events.getConnections().forEach(ServerSentEventConnection::shutdown);
  }

  private static byte[] load(String file) {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + file + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
