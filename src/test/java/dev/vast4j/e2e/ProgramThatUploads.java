package dev.vast4j.e2e;

import com.sun.net.httpserver.HttpServer;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.Vast;
import dev.vast4j.errors.VastException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** Prints {@code uploading} in the middle of a deploy, then ends as told after a line of input. */
public final class ProgramThatUploads {
  private ProgramThatUploads() {}

  public static void main(String[] args) throws Exception {
    CountDownLatch stored = new CountDownLatch(1);
    HttpServer service = service(stored);
    service.start();
    String url = "http://127.0.0.1:" + service.getAddress().getPort();
    service.createContext("/api/", exchange -> answer(exchange, registered(url)));
    AtomicBoolean told = new AtomicBoolean();
    Thread deploy =
        new Thread(
            () -> {
              try (Vast vast =
                      Vast.builder()
                          .apiKey("k")
                          .webUrl(url)
                          .engineUrl(url)
                          .cacheFolder(Path.of(args[1], "..", "cache"))
                          .build();
                  Deployment app =
                      Deployment.builder("uploads")
                          .vast(vast)
                          .remote(Square.class)
                          .image(Image.of("image", 1))
                          .progress(
                              step -> {
                                if (step instanceof Progress.Uploading
                                    && told.compareAndSet(false, true)) {
                                  System.out.println("uploading");
                                }
                              })
                          .build()) {
                app.ensureReady();
              } catch (VastException e) {
                System.err.println("the deploy failed: " + e.getMessage());
              }
            });
    deploy.start();
    System.in.read();
    switch (args[0]) {
      case "exit" -> System.exit(0);
      case "interrupt" -> deploy.interrupt();
      default -> stored.countDown();
    }
    deploy.join();
    System.exit(0);
  }

  private static HttpServer service(CountDownLatch stored) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext(
        "/store",
        exchange -> {
          try {
            stored.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    return server;
  }

  private static String registered(String url) {
    return "{\"success\":true,\"action\":\"created\",\"deployment_id\":1,\"endpoint_id\":2,"
        + "\"workergroup_id\":3,\"upload_url\":\""
        + url
        + "/store\",\"upload_fields\":{\"key\":\"bundle\"}}";
  }

  private static void answer(com.sun.net.httpserver.HttpExchange exchange, String json)
      throws java.io.IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
