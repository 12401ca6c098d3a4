package com.example.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands in for vLLM: streams the same answer to every question, a token at a time. */
final class StandIn implements AutoCloseable {
  private static final String[] TOKENS =
      "The| sky| is| blue| because| air| scatters| short| waves| most|.".split("\\|");
  private static final long PAUSE_MILLIS = 100;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger sent = new AtomicInteger();
  private final HttpServer server;

  private StandIn(HttpServer server) {
    this.server = server;
  }

  static StandIn start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    StandIn standIn = new StandIn(server);
    server.setExecutor(standIn.threads);
    server.createContext("/v1/chat/completions", standIn::complete);
    server.start();
    return standIn;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns how many tokens it has sent. */
  int sent() {
    return sent.get();
  }

  private void complete(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String token : TOKENS) {
        event(out, chunk("{\"content\":\"" + token + "\"}", "null"));
        sent.incrementAndGet();
        Thread.sleep(PAUSE_MILLIS);
      }
      event(out, chunk("{}", "\"stop\""));
      event(out, "[DONE]");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String chunk(String delta, String finish) {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
        + "\"model\":\"stand-in\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finish
        + "}]}";
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
