package dev.vast4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FetchTest {
  private static final byte[] JAR = "the bytes of a jar".getBytes(StandardCharsets.UTF_8);
  private static final String PATH = "org/example/thing/1.0/thing-1.0.jar";

  @TempDir Path directory;
  private HttpServer server;
  private String url;

  /** Statuses to answer a path with before its file. */
  private final Map<String, ConcurrentLinkedQueue<Integer>> failures = new ConcurrentHashMap<>();

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<String> reports = new LinkedBlockingQueue<>();
  private final List<Duration> pauses = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static Downloads direct() throws IOException {
    return Downloads.create(Map.of(), List.of());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (path.equals("/worker_status/")) {
        reports.add(new String(body, StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      Integer failure = failures.getOrDefault(path, new ConcurrentLinkedQueue<>()).poll();
      byte[] file = files.get(path);
      if (failure != null || file == null) {
        exchange.sendResponseHeaders(failure == null ? 404 : failure, -1);
        return;
      }
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file);
    }
  }

  private static ThinJar jar(byte[] content) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    return new ThinJar(
        PATH,
        sha256,
        content.length,
        "vast4j/fetched/" + sha256.substring(0, 16) + "/thing-1.0.jar");
  }

  private JarFetcher fetcher(String... repositories) throws IOException {
    return new JarFetcher(directory, null, List.of(repositories), direct(), pauses::add);
  }

  private byte[] fetched(ThinJar jar) throws IOException {
    return Files.readAllBytes(directory.resolve(jar.destination()));
  }

  @Test
  void fetchesAJarThatIsNamedTwiceOnce() throws Exception {
    ThinJar jar = jar(JAR);
    files.put("/maven/" + PATH, JAR);
    assertThat(fetcher(url + "/maven").fetch(List.of(jar, jar, jar, jar))).isOne();
    assertThat(fetched(jar)).isEqualTo(JAR);
  }

  @Test
  void namesAFailureWithoutAMessage() {
    assertThatThrownBy(
            () ->
                Fetches.all(
                    List.of(1),
                    one -> {
                      throw new IllegalStateException();
                    }))
        .hasMessage("java.lang.IllegalStateException");
  }

  @Test
  void fetchesOnceToADirectoryNamedByHash() throws Exception {
    ThinJar jar = jar(JAR);
    files.put("/maven/" + PATH, JAR);
    assertThat(fetcher(url + "/maven").fetch(List.of(jar))).isOne();
    assertThat(fetched(jar)).isEqualTo(JAR);
    assertThat(fetcher(url + "/gone").fetch(List.of(jar))).isZero();
    try (Stream<Path> all = Files.list(directory.resolve(jar.destination()).getParent())) {
      assertThat(all).hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "a repository lacks a jar or has a wrong one",
      of = "starting worker",
      outcome = "tries the next repository")
  void triesNextRepositoryWhenJarIsMissingOrWrong() throws Exception {
    ThinJar jar = jar(JAR);
    byte[] other = JAR.clone();
    other[0]++;
    files.put("/wrong/" + PATH, other);
    files.put("/good/" + PATH, JAR);
    assertThat(fetcher(url + "/none/", url + "/wrong/", url + "/good/").fetch(List.of(jar)))
        .isOne();
    assertThat(fetched(jar)).isEqualTo(JAR);
    assertThat(pauses).isEmpty();
  }

  @Test
  void retriesAfterGrowingPauses() throws Exception {
    ThinJar jar = jar(JAR);
    files.put("/maven/" + PATH, JAR);
    failures.put("/maven/" + PATH, new ConcurrentLinkedQueue<>(List.of(503, 429, 500)));
    fetcher(url + "/maven/").fetch(List.of(jar));
    assertThat(fetched(jar)).isEqualTo(JAR);
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
    assertThat(pauses.get(2)).isBetween(Duration.ofMillis(2000), Duration.ofMillis(4000));
  }

  @Test
  void prefersTheLocalRepositoryAndVerifiesItToo() throws Exception {
    ThinJar jar = jar(JAR);
    Path local = directory.resolve("m2");
    Files.createDirectories(local.resolve(PATH).getParent());
    Files.write(local.resolve(PATH), JAR);
    new JarFetcher(directory, local, List.of(), direct(), pauses::add).fetch(List.of(jar));
    assertThat(fetched(jar)).isEqualTo(JAR);

    byte[] newer = "a newer jar".getBytes(StandardCharsets.UTF_8);
    files.put("/maven/" + PATH, newer);
    new JarFetcher(directory, local, List.of(url + "/maven"), direct(), pauses::add)
        .fetch(List.of(jar(newer)));
    assertThat(fetched(jar(newer))).isEqualTo(newer);
  }

  @Test
  void namesNoPartOfALogin() {
    String address = url.substring("http://".length());
    for (String login : List.of("me:s3cret@", "me:s3/cret@", "me:s3@cret@", "me:s3%cret@")) {
      assertThatThrownBy(
              () -> fetcher("http://" + login + address + "/none").fetch(List.of(jar(JAR))))
          .hasMessageContaining("http://" + address + "/none/: ")
          .message()
          .doesNotContain("me:", "s3", "cret");
    }
  }

  @Test
  void namesEveryMissingJarAndTheFix() throws Exception {
    ThinJar jar = jar(JAR);
    ThinJar other =
        new ThinJar("org/example/other-2.jar", jar.sha256(), 5, "vast4j/fetched/b/o.jar");
    assertThatThrownBy(() -> fetcher(url + "/maven").fetch(List.of(jar, other)))
        .isInstanceOf(FetchFailedException.class)
        .hasMessageContainingAll(PATH, "org/example/other-2.jar", "404", "VAST4J_REPOSITORIES");
    assertThat(pauses).isEmpty();
  }

  @Test
  void reportsToEngineUntilJarIsThere() throws Exception {
    ThinJar jar = jar(JAR);
    Path list = directory.resolve("vast4j/fetch.tsv");
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        String.join("\t", jar.path(), jar.sha256(), "" + jar.size(), jar.destination()) + "\n");
    Map<String, String> environment =
        Map.of(
            "VAST4J_REPOSITORIES", url + "/maven/",
            "REPORT_ADDR", url,
            "CONTAINER_ID", "12",
            "MASTER_TOKEN", "token\"",
            "PUBLIC_IPADDR", "10.0.0.1",
            "WORKER_PORT", "3000",
            "VAST_TCP_PORT_3000", "40000");
    List<String> seen = new ArrayList<>();
    Fetch.fetch(
        environment,
        directory,
        pause -> {
          String report = reports.poll(10, TimeUnit.SECONDS);
          assertThat(report).isNotNull();
          seen.add(report);
          files.put("/maven/" + PATH, JAR);
        });
    assertThat(fetched(jar)).isEqualTo(JAR);
    assertThat(seen)
        .singleElement()
        .asString()
        .contains(
            "\"id\": 12,", "\"mtoken\": \"token\\\"\"", PATH, "\"url\": \"http://10.0.0.1:40000\"");
  }

  @Test
  void refusesListsThatLeaveTheWorkingDirectory() throws Exception {
    Path list = directory.resolve("fetch.tsv");
    String hash = "0".repeat(64);
    for (String line :
        List.of(
            "a.jar\t" + hash + "\t5\t../a.jar",
            "a.jar\t" + hash + "\t5\t/a.jar",
            "../a.jar\t" + hash + "\t5\ta.jar",
            "a.jar\t" + hash + "\t-5\ta.jar",
            "a.jar\t" + hash.substring(1) + "\t5\ta.jar",
            "a.jar\t" + hash + "\t5")) {
      Files.writeString(list, line);
      assertThatThrownBy(() -> ThinJar.read(list))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 1");
    }
    assertThat(ThinJar.read(directory.resolve("none"))).isEmpty();
  }
}
