package dev.vast4j.local;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Files that a browser or a client fetches without a key: the page and the CA certificate. */
final class Page {
  private record Resource(String file, String contentType) {}

  private static final Map<String, Resource> RESOURCES =
      Map.of(
          "/static/jvastai_root.cer",
          new Resource("jvastai_root.cer", "application/x-x509-ca-cert"));

  private final ConcurrentMap<String, byte[]> loaded = new ConcurrentHashMap<>();

  boolean serves(HttpServerExchange exchange) {
    return exchange.getRequestMethod().equalToString("GET")
        && RESOURCES.containsKey(exchange.getRequestPath());
  }

  void handle(HttpServerExchange exchange) {
    Resource resource = RESOURCES.get(exchange.getRequestPath());
    if (resource == null) {
      exchange.setStatusCode(404);
      return;
    }
    byte[] bytes = loaded.computeIfAbsent(resource.file(), Page::load);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, resource.contentType());
    exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
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
