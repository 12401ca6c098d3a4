package dev.vast4j.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.VastException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions that take all memory, again and again, beside sixteen callers. By default a few at one
 * size of heap; {@code -Dleaks=20 -Dleak.heaps=128,256,512} is the long run.
 */
@Timeout(7200)
public class MemoryLeakTest {
  private static final int LEAKS = Integer.getInteger("leaks", 2);
  private static final int CALLERS = 16;

  /** How long a caller waits. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** How soon the worker, or the one in its place, must serve. */
  private static final Duration OUTAGE = Duration.ofSeconds(30);

  /** Takes memory in four ways. */
  public interface Leaky {
    List<Object> KEPT = new LinkedList<>();

    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{\"x\": 3}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote
    default int arrays() {
      while (true) {
        KEPT.add(new byte[100_000]);
      }
    }

    @Remote
    default int huge() {
      List<long[]> local = new ArrayList<>();
      local.add(new long[(int) (Runtime.getRuntime().maxMemory() / 20)]);
      local.add(new long[Integer.MAX_VALUE - 8]);
      return local.size();
    }

    @Remote
    default int small() {
      while (true) {
        KEPT.add(new Object());
      }
    }

    @Remote
    default int threads() throws InterruptedException {
      for (int i = 0; i < 400; i++) {
        Thread thread = new Thread(Leaky::fillLocal);
        thread.setDaemon(true);
        thread.start();
        if (i % 16 == 15) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      return 400;
    }

    private static void fillLocal() {
      ThreadLocal<byte[]> local = ThreadLocal.withInitial(() -> new byte[4 << 20]);
      try {
        local.get();
        TimeUnit.HOURS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Objects.requireNonNull(local);
    }
  }

  private static final List<String> WAYS = List.of("arrays", "huge", "small", "threads");

  static List<Integer> heaps() {
    return List.of(System.getProperty("leak.heaps", "128").split(",")).stream()
        .map(Integer::valueOf)
        .toList();
  }

  /** Calls the worker once; returns {@code answer} or what else it was. */
  @FunctionalInterface
  private interface Caller {
    String call() throws Exception;
  }

  /** Counts what callers saw. Thread-safe. */
  private static final class Seen {
    private final TreeMap<String, Integer> outcomes = new TreeMap<>();
    private long slowest;
    private long lastAnswer = System.nanoTime();
    private long outage;

    synchronized void add(String outcome, long since) {
      long now = System.nanoTime();
      outcomes.merge(outcome, 1, Integer::sum);
      slowest = Math.max(slowest, now - since);
      if (outcome.equals("answer")) {
        outage = Math.max(outage, now - lastAnswer);
        lastAnswer = now;
      }
    }

    synchronized long answers() {
      return outcomes.getOrDefault("answer", 0);
    }

    synchronized Duration outage() {
      return Duration.ofNanos(Math.max(outage, System.nanoTime() - lastAnswer));
    }

    synchronized Duration slowest() {
      return Duration.ofNanos(slowest);
    }

    @Override
    public synchronized String toString() {
      return "longest outage "
          + outage().toMillis()
          + " ms, slowest call "
          + Duration.ofNanos(slowest).toMillis()
          + " ms, "
          + outcomes;
    }
  }

  @ParameterizedTest
  @MethodSource("heaps")
  @Proves(
      at = Proves.At.WORKER,
      fault = "functions leak all memory, again and again, beside sixteen callers",
      outcome = "it or its replacement serves within 30 s; no caller waits out its deadline")
  void localEngine(int heap) throws Exception {
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().workerHeap(heap + "m"));
        Deployment app =
            Deployment.builder("leaky")
                .vast(engine.client())
                .remote(Leaky.class)
                .image(Image.of("leaky", 16))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .build()) {
      app.ensureReady();
      Leaky steady =
          app.remote(Leaky.class, CallOptions.defaults().timeout(DEADLINE).idempotent(true));
      Leaky once =
          app.remote(Leaky.class, CallOptions.defaults().timeout(DEADLINE).idempotent(false));
      assertThat(steady.square(3)).isEqualTo(9);
      run(
          "engine " + heap,
          () -> {
            try {
              return steady.square(3) == 9 ? "answer" : "wrong";
            } catch (VastException e) {
              return e.getClass().getSimpleName();
            }
          },
          way -> {
            switch (way) {
              case "arrays" -> once.arrays();
              case "huge" -> once.huge();
              case "small" -> once.small();
              default -> once.threads();
            }
            return "returned";
          });
    }
  }

  @ParameterizedTest
  @MethodSource("heaps")
  void workerAlone(int heap, @TempDir Path folder) throws Exception {
    String python = python();
    assumeTrue(!python.isEmpty(), "python3 runs");
    TestWorker.writeManifest(folder, TestWorker.manifest(Leaky.class));
    try (InputStream in = Deployment.class.getResourceAsStream("internal/bundle/deployment.py")) {
      Files.write(folder.resolve("deployment.py"), Objects.requireNonNull(in).readAllBytes());
    }
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(
        folder.resolve("vast4j/setup.json"),
        "{\"apt_gets\": [], \"pip_installs\": [], \"runs\": [], \"java\": {\"release\": 17,"
            + " \"home\": \""
            + System.getProperty("java.home")
            + "\", \"archive\": null}}");
    Files.createFile(folder.resolve("vast4j/fetch.tsv"));
    Files.createFile(folder.resolve("vast4j/assets.tsv"));
    Files.writeString(
        folder.resolve("vast4j/java.args"),
        "--add-opens=java.base/java.lang=ALL-UNNAMED\n-Xmx"
            + heap
            + "m\n-cp\n\""
            + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            + "\"\n"
            + WorkerMain.class.getName()
            + "\n");
    int port;
    int second;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = one.getLocalPort();
      second = other.getLocalPort();
    }
    try (RecordingEngine engine = new RecordingEngine()) {
      ProcessBuilder builder =
          new ProcessBuilder(python, folder.resolve("deployment.py").toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output.txt").toFile());
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.environment().putAll(TestWorker.environment(engine));
      builder.environment().put("WORKER_PORT", String.valueOf(port));
      builder.environment().put("VAST_TCP_PORT_" + port, String.valueOf(port));
      builder.environment().put("WORKER_HTTP_PORT", String.valueOf(second));
      Process process = builder.start();
      OkHttpClient client =
          new OkHttpClient.Builder()
              .callTimeout(DEADLINE)
              .readTimeout(DEADLINE)
              .connectionPool(new ConnectionPool(CALLERS, 1, TimeUnit.MINUTES))
              .build();
      try {
        engine.awaitStatus(status -> status.get("loadtime").asDouble() > 0);
        String url = "http://127.0.0.1:" + port;
        run(
            "alone " + heap,
            () -> call(client, engine, url, "square", "{\"x\": 3}"),
            way -> call(client, engine, url, way, "{}"));
      } catch (Throwable e) {
        System.err.println(Files.readString(folder.resolve("output.txt")));
        throw e;
      } finally {
        try (var children = process.descendants()) {
          List<ProcessHandle> all = children.toList();
          process.destroy();
          process.waitFor(20, TimeUnit.SECONDS);
          process.destroyForcibly();
          all.forEach(ProcessHandle::destroyForcibly);
        }
      }
    }
  }

  private static String call(
      OkHttpClient client, RecordingEngine engine, String url, String function, String kwargs)
      throws IOException, InterruptedException {
    ObjectNode body = RecordingEngine.JSON.createObjectNode();
    body.set("auth_data", engine.route(url));
    body.putNull("session_id");
    body.putObject("payload").set("kwargs", RecordingEngine.JSON.readTree(kwargs));
    Request request =
        new Request.Builder()
            .url(url + "/remote/" + function)
            .post(RequestBody.create(body.toString(), TestWorker.JSON))
            .build();
    try (Response response = client.newCall(request).execute()) {
      String text = response.body().string();
      return text.contains("\"ok\":9")
          ? "answer"
          : response.code() + " " + text.replaceAll("^(.{60}).*", "$1");
    } catch (IOException e) {
      TimeUnit.MILLISECONDS.sleep(50);
      return e.getClass().getSimpleName();
    }
  }

  /** Makes a function leak; returns how that ended. */
  @FunctionalInterface
  private interface Leak {
    @Nullable String run(String way) throws Exception;
  }

  private static void run(String name, Caller caller, Leak leak) throws Exception {
    Seen seen = new Seen();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  long start = System.nanoTime();
                  try {
                    seen.add(caller.call(), start);
                    TimeUnit.MILLISECONDS.sleep(2);
                  } catch (InterruptedException e) {
                    return;
                  } catch (Exception e) {
                    seen.add(e.toString(), start);
                  }
                }
              },
              "caller-" + i);
      threads.add(thread);
      thread.start();
    }
    try {
      for (int i = 0; i < LEAKS; i++) {
        String way = WAYS.get(i % WAYS.size());
        String end;
        long start = System.nanoTime();
        try {
          end = leak.run(way);
        } catch (VastException | CompletionException e) {
          end = e.toString();
        }
        long leaked = System.nanoTime();
        // The next one comes soon: also to a worker that is about to end.
        TimeUnit.SECONDS.sleep(i == LEAKS - 1 ? 12 : 3);
        long before = seen.answers();
        while (seen.answers() < before + CALLERS) {
          TimeUnit.MILLISECONDS.sleep(20);
          assertThat(seen.outage()).as("%s after leak %s: %s", name, i, seen).isLessThan(OUTAGE);
        }
        if (LEAKS > 2) {
          System.out.printf(
              "%s, leak %d by %s: %s after %d ms; %s%n",
              name,
              i + 1,
              way,
              String.valueOf(end).replaceAll("(?s)^(.{90}).*", "$1"),
              TimeUnit.NANOSECONDS.toMillis(leaked - start),
              seen);
        }
        assertThat(seen.outage()).as("%s: %s", name, seen).isLessThan(OUTAGE);
      }
    } finally {
      threads.forEach(Thread::interrupt);
      for (Thread thread : threads) {
        thread.join(DEADLINE.toMillis() + 10_000);
      }
    }
    assertThat(seen.slowest()).as("%s: %s", name, seen).isLessThan(DEADLINE);
  }

  private static String python() {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
      return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
