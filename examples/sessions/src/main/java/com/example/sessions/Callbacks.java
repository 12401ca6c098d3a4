package com.example.sessions;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Prints what workers post when a session ends. */
final class Callbacks implements AutoCloseable {
  private final HttpServer server;

  private Callbacks(HttpServer server) {
    this.server = server;
  }

  static Callbacks listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ended",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          System.out.println("a worker says that a session has ended: " + body);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return new Callbacks(server);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/ended";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
