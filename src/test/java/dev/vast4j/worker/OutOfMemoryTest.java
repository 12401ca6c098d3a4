package dev.vast4j.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Method;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worker's own threads run out of memory. */
@Timeout(60)
public class OutOfMemoryTest {
  private static final int HALF_SENT = 1_500;

  private final ProxySelector before = ProxySelector.getDefault();
  private RecordingEngine engine;
  private TestWorker worker;
  @TempDir Path directory;

  /** Fails the first requests to a path: the JDK asks it on the thread that sends. */
  private static final class Failing extends ProxySelector {
    private final String path;
    private final AtomicInteger left = new AtomicInteger(2);

    Failing(String path) {
      this.path = path;
    }

    @Override
    public List<Proxy> select(URI uri) {
      if (uri.getPath().startsWith(path) && left.getAndDecrement() > 0) {
        throw new OutOfMemoryError("injected");
      }
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
  }

  @BeforeEach
  void start() throws Exception {
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class));
  }

  @AfterEach
  void stop() {
    ProxySelector.setDefault(before);
    worker.close();
    engine.close();
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a thread that reports to the engine runs out of memory",
      of = "worker's reports",
      outcome = "the next report follows; nothing is lost")
  void reportsGoOn() throws Exception {
    for (String path : List.of("/worker_status/", "/delete_requests/")) {
      Failing failing = new Failing(path);
      ProxySelector.setDefault(failing);
      int finished = engine.finished().size();
      assertThat(worker.call("square", "{\"x\": 5}").status()).isEqualTo(200);
      engine.await(() -> failing.left.get() <= 0 ? true : null, "two failures of " + path);
      int reports = engine.statuses().size();
      engine.await(() -> engine.finished().size() > finished ? true : null, "the finished call");
      worker.call("square", "{\"x\": 5}");
      engine.await(() -> engine.statuses().size() > reports ? true : null, "a status");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "the thread that ends sessions runs out of memory",
      of = "session",
      outcome = "later sessions end in time")
  void sessionsGoOnEnding() throws Exception {
    Failing failing = new Failing("/lost");
    ProxySelector.setDefault(failing);
    open("/lost");
    engine.await(() -> failing.left.get() < 2 ? true : null, "the first session's end");
    open("/callback");
    engine.await(() -> engine.callbacks().isEmpty() ? null : true, "the second session's end");
  }

  private void open(String callback) throws IOException {
    ObjectNode payload = RecordingEngine.JSON.createObjectNode();
    payload.put("lifetime", 0.5).put("on_close_route", engine.url() + callback);
    payload.putObject("on_close_payload");
    assertThat(worker.post("/session/create", worker.body(payload.toString()).toString()).status())
        .isEqualTo(201);
  }

  /** Functions that break their worker from inside. */
  public interface Breaking {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{}", runs = 1)
    default int ping() {
      return 1;
    }

    /** Makes a thread of the server fail, by closing what it waits at. */
    @Remote
    default int kill(String name) throws Exception {
      Thread thread =
          Thread.getAllStackTraces().keySet().stream()
              .filter(each -> each.getName().equals(name))
              .findFirst()
              .orElseThrow();
      Method selector = thread.getClass().getDeclaredMethod("getSelector");
      selector.setAccessible(true);
      ((Selector) selector.invoke(thread)).close();
      thread.join();
      return 1;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vast4j-http I/O-1", "vast4j-http Accept"})
  @Proves(
      at = Proves.At.WORKER,
      fault = "a thread that accepts or reads connections dies, as without memory",
      of = "any call",
      outcome = "the process ends at once, so that no caller waits, and starts anew")
  void startsAnewWhenAThreadOfTheServerDies(String name, @TempDir Path folder) throws Exception {
    try (RecordingEngine own = new RecordingEngine()) {
      Process process = start(own, folder, Breaking.class);
      try {
        String url =
            own.awaitStatus(status -> status.get("loadtime").asDouble() > 0).get("url").asText();
        assertThatThrownBy(() -> TestWorker.call(own, url, "kill", "{\"name\": \"" + name + "\"}"))
            .isInstanceOf(IOException.class);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(folder.resolve("output.txt"))
            .content()
            .contains("a thread of the server died: java.nio.channels.ClosedSelectorException");
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "1,500 clients without a signature send half of a request and wait",
      of = "any call",
      outcome = "a worker with a heap of 64 MB serves; the bodies never fill its memory")
  void halfSentRequestsLeaveATinyWorkerServing(@TempDir Path folder) throws Exception {
    List<Socket> held = new ArrayList<>();
    try (RecordingEngine own = new RecordingEngine()) {
      Process process = start(own, folder, FullDiskTest.Notes.class);
      try {
        JsonNode ready = own.awaitStatus(status -> status.get("loadtime").asDouble() > 0);
        String url = ready.get("url").asText();
        int port = URI.create(url).getPort();
        byte[] half = new byte[40_000];
        for (int i = 0; i < HALF_SENT; i++) {
          Socket socket = new Socket("127.0.0.1", port);
          held.add(socket);
          try {
            // Some announce much and send little, others send much without an announcement.
            String length = i % 3 == 0 ? "Transfer-Encoding: chunked" : "Content-Length: 65000";
            socket
                .getOutputStream()
                .write(
                    ("POST /remote/square HTTP/1.1\r\nHost: w\r\n" + length + "\r\n\r\n")
                        .getBytes(US_ASCII));
            if (i % 3 == 0) {
              socket.getOutputStream().write("9C40\r\n".getBytes(US_ASCII));
            }
            socket.getOutputStream().write(half, 0, i % 3 == 1 ? 10 : half.length);
          } catch (IOException e) {
            // Refused already.
            socket.close();
          }
          if (i % 300 == 299) {
            assertThat(TestWorker.call(own, url, "square", "{\"x\": 5}"))
                .isEqualTo("{\"result\":{\"ok\":25}}");
          }
        }
        for (int i = 0; i < 50; i++) {
          assertThat(TestWorker.call(own, url, "square", "{\"x\": 5}"))
              .isEqualTo("{\"result\":{\"ok\":25}}");
        }
        assertThat(process.isAlive()).isTrue();
        assertThat(folder.resolve("output.txt")).content().doesNotContain("OutOfMemoryError");
      } finally {
        for (Socket socket : held) {
          socket.close();
        }
        process.destroyForcibly().waitFor();
      }
    }
  }

  private static Process start(RecordingEngine engine, Path folder, Class<?> functions)
      throws IOException {
    TestWorker.writeManifest(folder, TestWorker.manifest(functions));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                WorkerMain.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(folder.resolve("output.txt").toFile()));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(TestWorker.environment(engine));
    return builder.start();
  }
}
