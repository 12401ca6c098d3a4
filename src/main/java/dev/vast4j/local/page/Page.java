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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page at {@code /} with its live data, and the CA certificate. The page is read-only.
 * What it shows needs its token, which the URL carries once, or the account's key. Other sites
 * cannot read it: the Host and Origin of each request are checked before it comes here.
 */
public final class Page {
  /** A page may lag behind the engine by this many ticks. */
  private static final int SHOWN_TICKS = 3;

  private static final int MOST_WORKERS = 500;
  private static final int MOST_LINES = 2_000;
  private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
  private static final AttachmentKey<Viewer> VIEWER = AttachmentKey.create(Viewer.class);

  /** What the page shows. */
  public interface Source {
    /** {@return each deployment in a few words} */
    ObjectNode overview();

    /** {@return one deployment, or null if none has this name} */
    @Nullable ObjectNode detail(String name, Map<String, String> query);

    /** {@return lines of workers' output with a number above this, oldest first} */
    List<Line> lines(List<Long> workers, long after);

    /** {@return the engine's time, in seconds} */
    double now();
  }

  /**
   * A line that a worker printed.
   *
   * @param worker the worker's id
   * @param number its number among the lines of all workers
   * @param millis when it was printed, in milliseconds since 1970
   * @param text the line
   */
  public record Line(long worker, long number, long millis, String text) {}

  private record Resource(String file, String contentType) {}

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, Resource> RESOURCES =
      Map.of(
          "/", new Resource("page.html", "text/html; charset=utf-8"),
          "/page.css", new Resource("page.css", "text/css; charset=utf-8"),
          "/page.svg", new Resource("page.svg", "image/svg+xml"),
          "/page.js", new Resource("page.js", SCRIPT),
          "/dom.js", new Resource("dom.js", SCRIPT),
          "/charts.js", new Resource("charts.js", SCRIPT),
          "/overview.js", new Resource("overview.js", SCRIPT),
          "/deployment.js", new Resource("deployment.js", SCRIPT),
          "/logs.js", new Resource("logs.js", SCRIPT),
          "/static/jvastai_root.cer",
              new Resource("jvastai_root.cer", "application/x-x509-ca-cert"));

  private static final Set<String> DATA = Set.of("/events", "/worker-log", "/worker-log.txt");

  private final ConcurrentMap<String, byte[]> loaded = new ConcurrentHashMap<>();
  private final Source source;
  private final PageAccess access;
  private final ServerSentEventHandler events =
      new ServerSentEventHandler((connection, lastEventId) -> welcome(connection));
  private int ticks;

  /**
   * Creates the page.
   *
   * @param source what it shows
   * @param token the secret that its URL carries
   * @param isAccount checks the account's key
   */
  public Page(Source source, String token, Predicate<@Nullable String> isAccount) {
    this.source = source;
    this.access = new PageAccess(token, isAccount);
  }

  public boolean serves(HttpServerExchange exchange) {
    String path = exchange.getRequestPath();
    return exchange.getRequestMethod().equalToString("GET")
        && (RESOURCES.containsKey(path) || DATA.contains(path));
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
    String path = exchange.getRequestPath();
    Resource resource = RESOURCES.get(path);
    if (path.equals("/") && PageAccess.carriesToken(exchange)) {
      access.signIn(exchange);
    } else if (resource != null) {
      byte[] bytes = loaded.computeIfAbsent(resource.file(), Page::load);
      send(exchange, resource.contentType(), bytes);
    } else {
      data(exchange, path);
    }
  }

  private void data(HttpServerExchange exchange, String path) throws Exception {
    String site = exchange.getRequestHeaders().getFirst(FETCH_SITE);
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      refuse(exchange, 403, "cross-site");
    } else if (!access.admits(exchange)) {
      refuse(exchange, 401, "open the URL that the engine printed, or run: vast4j open");
    } else if (path.equals("/events")) {
      events.handleRequest(exchange);
    } else if (path.equals("/worker-log")) {
      send(exchange, "application/json", bytes(workerLog(exchange).toString()));
    } else {
      exchange
          .getResponseHeaders()
          .put(Headers.CONTENT_DISPOSITION, "attachment; filename=\"workers.log\"");
      send(exchange, "text/plain; charset=utf-8", bytes(logText(exchange)));
    }
  }

  private static void refuse(HttpServerExchange exchange, int status, String why) {
    exchange.setStatusCode(status);
    send(exchange, "text/plain; charset=utf-8", bytes(why + "\n"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpServerExchange exchange, String contentType, byte[] bytes) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
  }

  // -- logs -----------------------------------------------------------------------------------

  private ObjectNode workerLog(HttpServerExchange exchange) {
    List<Line> lines = lines(exchange);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    // Of too many the newest, as in any log that is followed.
    List<Line> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    json.put("left_out", lines.size() - last.size());
    ArrayNode array = json.putArray("lines");
    for (Line line : last) {
      array
          .addObject()
          .put("n", line.number())
          .put("at", line.millis())
          .put("worker", line.worker())
          .put("text", line.text());
    }
    return json;
  }

  private String logText(HttpServerExchange exchange) {
    StringBuilder text = new StringBuilder();
    for (Line line : lines(exchange)) {
      text.append(Instant.ofEpochMilli(line.millis()))
          .append(" worker ")
          .append(line.worker())
          .append(": ")
          .append(line.text())
          .append('\n');
    }
    return text.toString();
  }

  private List<Line> lines(HttpServerExchange exchange) {
    List<Long> workers = numbers(exchange, "id");
    List<Long> after = numbers(exchange, "after");
    return source.lines(
        workers.subList(0, Math.min(workers.size(), MOST_WORKERS)),
        after.isEmpty() ? 0 : after.get(0));
  }

  /** {@return the whole numbers that the URL gives for a name} */
  private static List<Long> numbers(HttpServerExchange exchange, String name) {
    Deque<String> given =
        exchange.getQueryParameters().getOrDefault(name, new ArrayDeque<>(List.of()));
    List<Long> numbers = new ArrayList<>();
    for (String text : given) {
      if (text.matches("[0-9]{1,18}")) {
        numbers.add(Long.parseLong(text));
      }
    }
    return numbers;
  }

  // -- live data ------------------------------------------------------------------------------

  private void welcome(ServerSentEventConnection connection) {
    connection.setKeepAliveTime(15_000);
    Viewer viewer = new Viewer(connection);
    connection.putAttachment(VIEWER, viewer);
    viewer.update(source);
  }

  /** Sends changes to open pages, a few times a second. */
  public void tick() {
    if (++ticks % SHOWN_TICKS != 0) {
      return;
    }
    for (ServerSentEventConnection connection : events.getConnections()) {
      Viewer viewer = connection.getAttachment(VIEWER);
      if (viewer != null) {
        viewer.update(source);
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
