package dev.vast4j.internal.assets;

import dev.vast4j.launcher.SigV4;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * S3Proxy with its in-memory store, an object store that checks signatures, expiries and policies,
 * as a process of its own, since its libraries clash with ours. The build writes down its class
 * path.
 */
public final class S3Proxy {
  public static final String KEY_ID = "AKIDEXAMPLE";
  public static final String SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";
  public static final String REGION = "us-east-1";
  public static final SigV4 SIGNER = new SigV4(REGION, KEY_ID, SECRET);
  public static final String BUCKET = "weights";

  private static final Pattern STARTED = Pattern.compile("Started .*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  private static S3Proxy shared;

  private S3Proxy(int port) {
    this.port = port;
  }

  /** One with an empty bucket; it is the same for all tests of a JVM and ends with that. */
  public static synchronized S3Proxy empty() throws Exception {
    if (shared == null) {
      shared = start();
    }
    shared.keys().forEach(key -> shared.send("DELETE", "/" + BUCKET + "/" + key, ""));
    return shared;
  }

  private static S3Proxy start() throws Exception {
    Path folder = Files.createTempDirectory("s3proxy");
    Path log = folder.resolve("logback.xml");
    Files.writeString(
        log,
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="out"/></root>
        </configuration>
        """);
    Path settings = folder.resolve("s3proxy.properties");
    Files.writeString(
        settings,
        """
        s3proxy.endpoint=http://127.0.0.1:0
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        s3proxy.v4-max-non-chunked-request-size=134217728
        jclouds.provider=transient-nio2
        jclouds.identity=none
        jclouds.credential=none
        """
            .formatted(KEY_ID, SECRET));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + log,
                "-cp",
                Files.readString(Path.of("target", "s3proxy.classpath")),
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, folder)));
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, port), "s3proxy-output");
    reader.setDaemon(true);
    reader.start();
    S3Proxy started = new S3Proxy(port.get(30, TimeUnit.SECONDS));
    if (started.send("PUT", "/" + BUCKET, "").statusCode() != 200) {
      throw new IllegalStateException("no bucket");
    }
    return started;
  }

  private static void read(Process process, CompletableFuture<Integer> port) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher started = STARTED.matcher(line);
        if (started.find()) {
          port.complete(Integer.valueOf(started.group(1)));
        } else if (!port.isDone()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
    port.completeExceptionally(
        new IllegalStateException("S3Proxy ended: " + String.join("\n", lines)));
  }

  public int port() {
    return port;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A request with its signature in the query. */
  public HttpResponse<String> send(String method, String path, String body) {
    String[] parts = path.split("\\?", -1);
    String[] query = (parts[parts.length - 1] + "=").split("=", -1);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    SIGNER.presign(
                        method,
                        URI.create(url() + parts[0]),
                        parts.length == 1 ? Map.of() : Map.of(query[0], query[1]),
                        Instant.now(),
                        Duration.ofMinutes(5))))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The keys of all objects of the bucket. */
  public List<String> keys() {
    return elements(send("GET", "/" + BUCKET + "?list-type=2", "").body(), "Key");
  }

  /** The keys of multipart uploads that were neither completed nor aborted. */
  public List<String> unfinished() {
    return elements(send("GET", "/" + BUCKET + "?uploads", "").body(), "Key");
  }

  private static List<String> elements(String xml, String name) {
    Matcher element = Pattern.compile("<" + name + ">([^<]*)</").matcher(xml);
    return element.results().map(found -> found.group(1)).toList();
  }

  private static void end(Process process, Path folder) {
    process.destroyForcibly().onExit().join();
    for (String file : List.of("logback.xml", "s3proxy.properties", "")) {
      try {
        Files.deleteIfExists(folder.resolve(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
