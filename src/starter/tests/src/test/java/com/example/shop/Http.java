package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.ApplicationContext;

/** Asks a running application. */
record Http(String base) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  static Http of(ApplicationContext context) {
    return new Http(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /** The port on which an application listens, when it has said so in its output. */
  static String port(Process process, Path output) throws Exception {
    String started = "Tomcat started on port ";
    while (true) {
      String text = Files.readString(output);
      int at = text.indexOf(started);
      if (at >= 0) {
        return text.substring(at + started.length()).split("\\D", 2)[0];
      }
      assertThat(process.isAlive()).as(text).isTrue();
      Thread.sleep(100);
    }
  }

  String get(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
  }

  CompletableFuture<HttpResponse<String>> getAsync(String path) {
    return CLIENT.sendAsync(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).build();
  }
}
