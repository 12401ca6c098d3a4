package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Context;
import dev.vast4j.Contexts;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import dev.vast4j.e2e.RemoteFailureTest;
import dev.vast4j.internal.function.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
public class BootTest {
  /** The causes that contexts were exited with, by context. */
  static final Map<String, String> EXITED = new ConcurrentHashMap<>();

  static final CyclicBarrier BOTH = new CyclicBarrier(2);
  static final Set<Integer> SEEN = ConcurrentHashMap.newKeySet();

  @TempDir Path directory;
  private RecordingEngine engine;

  @BeforeEach
  void start() throws Exception {
    EXITED.clear();
    SEEN.clear();
    engine = new RecordingEngine();
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  /** The value of a context. */
  public record Model(String name) {}

  /** Enters only while another context is being entered. */
  public static final class Loader implements Context<Model> {
    private final String name;

    public Loader(String name, List<Integer> layers) {
      this.name = name + layers;
    }

    @Override
    public Model enter() throws Exception {
      BOTH.await(10, TimeUnit.SECONDS);
      return new Model(name);
    }

    @Override
    public void exit(Model value, @Nullable Throwable cause) {
      EXITED.put("loader", String.valueOf(cause));
    }
  }

  /** Another context like it. */
  public static final class Other implements Context<StringBuilder> {
    @Override
    public StringBuilder enter() throws Exception {
      BOTH.await(10, TimeUnit.SECONDS);
      return new StringBuilder("other");
    }

    @Override
    public void exit(StringBuilder value, @Nullable Throwable cause) {
      EXITED.put("other", String.valueOf(cause));
    }
  }

  /** Fails while another context is being entered. */
  public static final class Broken implements Context<String> {
    @Override
    public String enter() throws Exception {
      BOTH.await(10, TimeUnit.SECONDS);
      throw new IllegalStateException("no GPU\nat all");
    }
  }

  /** Throws an exception of which a method throws. */
  public static final class Odd implements Context<String> {
    private final String method;

    public Odd(String method) {
      this.method = method;
    }

    @Override
    public String enter() {
      throw new RemoteFailureTest.Odd(method);
    }
  }

  /** Fails in its benchmark with such an exception. */
  public interface OddBenchmark {
    @Remote
    @Benchmark(
        dataset = {"{\"method\": \"getMessage\"}", "{\"method\": \"toString\"}"},
        warmup = true)
    default int odd(String method) {
      throw new RemoteFailureTest.Odd(method);
    }
  }

  /** A remote interface. */
  public interface Names {
    @Remote
    @Benchmark(
        dataset = {"{\"x\": 1}", "{\"x\": 2}", "{\"x\": 3}"},
        runs = 100)
    String injected(int x);

    @Remote
    String looked();
  }

  /** Has one context injected and looks the other up. */
  public static final class NamesImpl implements Names {
    private final Model model;

    public NamesImpl(Model model) {
      this.model = model;
    }

    @Override
    public String injected(int x) {
      SEEN.add(x);
      return model.name();
    }

    @Override
    public String looked() {
      return Contexts.get(Other.class).toString();
    }
  }

  /** Always fails. */
  public interface Failing {
    @Remote
    @Benchmark(dataset = "{\"x\": 1}")
    default int fail(int x) {
      throw new IllegalStateException("benchmarked " + x);
    }
  }

  /** Keeps a value in the session of its call. */
  public interface InSession {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{\"x\": 1}", runs = 2, concurrency = 3)
    default int sum(int x) {
      int sum = dev.vast4j.Sessions.get(Sum.class, Sum::new).add(x);
      if (sum != x) {
        throw new IllegalStateException("another call's sum: " + sum);
      }
      return sum;
    }
  }

  /** Counts its closed instances. */
  public static final class Sum implements AutoCloseable {
    static final Semaphore CLOSED = new Semaphore(0);

    private int sum;

    int add(int x) {
      sum += x;
      return sum;
    }

    @Override
    public void close() {
      CLOSED.release();
    }
  }

  private static Manifest names(Manifest.Entered... contexts) {
    return Manifest.of(
        "names",
        List.of(new Manifest.Served(Names.class.getName(), NamesImpl.class.getName())),
        List.of(contexts));
  }

  private static Manifest.Entered context(Class<?> type, String... arguments) {
    return new Manifest.Entered(type.getName(), List.of(arguments));
  }

  @Test
  void entersContextsInParallelAndExitsThemOnClose() throws Exception {
    Manifest manifest = names(context(Loader.class, "\"llama\"", "[1, 2]"), context(Other.class));
    try (TestWorker worker = TestWorker.start(engine, directory, manifest)) {
      assertThat(worker.call("injected", "{\"x\": 1}").body())
          .isEqualTo("{\"result\":{\"ok\":\"llama[1, 2]\"}}");
      assertThat(worker.call("looked", "{}").body()).isEqualTo("{\"result\":{\"ok\":\"other\"}}");
      assertThat(EXITED).isEmpty();
    }
    assertThat(EXITED).containsEntry("loader", "null").containsEntry("other", "null");
  }

  @Test
  void benchmarksEveryRowAndKeepsTheScore() throws Exception {
    Manifest manifest = names(context(Loader.class, "\"m\"", "[]"), context(Other.class));
    TestWorker.start(engine, directory, manifest).close();
    assertThat(SEEN).containsExactlyInAnyOrder(1, 2, 3);
    double score = Double.parseDouble(Files.readString(directory.resolve(".has_benchmark")));
    assertThat(score).isPositive();

    SEEN.clear();
    Files.writeString(directory.resolve(".has_benchmark"), "123.5\n");
    TestWorker.start(engine, directory, manifest).close();
    assertThat(SEEN).isEmpty();
    engine.awaitStatus(status -> status.get("max_perf").asDouble() == 123.5);
  }

  @Test
  void reportsFailedContextAndExitsTheOthers() throws Exception {
    Manifest manifest = names(context(Loader.class, "\"m\"", "[]"), context(Broken.class));
    TestWorker.writeManifest(directory, manifest);
    try (Worker worker = Worker.start(TestWorker.environment(engine), directory)) {
      assertThatThrownBy(() -> worker.ready().get(15, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      JsonNode status = engine.awaitStatus(s -> !s.get("error_msg").asText().isEmpty());
      assertThat(status.get("error_msg").asText())
          .contains(Broken.class.getName(), "IllegalStateException: no GPU at all")
          .doesNotContain("\n");
      assertThat(status.get("loadtime").asDouble()).isZero();
      assertThat(EXITED.get("loader")).contains("no GPU");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMessage", "getCause", "toString"})
  @Proves(
      at = Proves.At.WORKER,
      fault = "a context's exception cannot be described: one of its own methods throws",
      of = "worker at its start",
      outcome = "reports the exception's class")
  void reportsContextsWhoseExceptionsCannotBeDescribed(String method) throws Exception {
    assertReported(
        names(context(Odd.class, "\"" + method + "\"")),
        Odd.class.getName() + ": " + RemoteFailureTest.Odd.class.getName());
  }

  @Test
  void reportsBenchmarksWhoseExceptionsCannotBeDescribed() throws Exception {
    assertReported(
        TestWorker.manifest(OddBenchmark.class),
        "No successful responses from benchmark: " + RemoteFailureTest.Odd.class.getName());
  }

  private void assertReported(Manifest manifest, String error) throws Exception {
    TestWorker.writeManifest(directory, manifest);
    try (Worker worker = Worker.start(TestWorker.environment(engine), directory)) {
      assertThatThrownBy(() -> worker.ready().get(15, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      JsonNode status = engine.awaitStatus(s -> !s.get("error_msg").asText().isEmpty());
      assertThat(status.get("error_msg").asText()).contains(error);
    }
  }

  @Test
  void benchmarksEachCallInItsOwnSession() throws Exception {
    Sum.CLOSED.drainPermits();
    TestWorker.start(engine, directory, TestWorker.manifest(InSession.class)).close();
    assertThat(Sum.CLOSED.availablePermits()).isEqualTo(1 + 2 * 3);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its benchmark fails",
      of = "worker at its start",
      outcome = "reports the error")
  void reportsFailedBenchmark() throws Exception {
    TestWorker.writeManifest(directory, TestWorker.manifest(Failing.class));
    try (Worker worker = Worker.start(TestWorker.environment(engine), directory)) {
      JsonNode status = engine.awaitStatus(s -> !s.get("error_msg").asText().isEmpty());
      assertThat(status.get("error_msg").asText())
          .contains("No successful responses from benchmark", "benchmarked 1");
      assertThat(status.get("max_perf").asDouble()).isZero();
      assertThat(worker.ready()).isCompletedExceptionally();
      assertThat(directory.resolve(".has_benchmark")).doesNotExist();
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "its public key cannot be fetched",
      of = "worker at its start",
      outcome = "not ready until it can")
  void isNotReadyWithoutThePublicKey() throws Exception {
    engine.refuseKey.set(2);
    AtomicReference<Integer> early = new AtomicReference<>();
    TestWorker.writeManifest(directory, TestWorker.manifest(Sample.class));
    try (Worker worker = Worker.start(TestWorker.environment(engine), directory)) {
      engine.await(() -> engine.refuseKey.get() < 2 ? true : null, "the first try");
      try (TestWorker client = TestWorker.of(engine, worker)) {
        early.set(client.call("square", "{\"x\": 1}").status());
        worker.ready().get(15, TimeUnit.SECONDS);
        assertThat(client.call("square", "{\"x\": 1}").status()).isEqualTo(200);
      }
    }
    assertThat(early.get()).isEqualTo(429);
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "one of its addresses is down",
      of = "worker's reports",
      outcome = "tries the next address; loses nothing")
  void reportsToTheNextAddressAndLosesNothing() throws Exception {
    Map<String, String> environment = TestWorker.environment(engine);
    try (RecordingEngine second = new RecordingEngine()) {
      environment.put("REPORT_ADDR", engine.url() + "/, " + second.url());
      try (TestWorker worker =
          TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment)) {
        engine.awaitStatus(status -> status.get("loadtime").asDouble() > 0);
        engine.refuseStatuses.set(3);
        engine.refuseFinished.set(3);
        assertThat(worker.call("square", "{\"x\": 2}").status()).isEqualTo(200);
        JsonNode status = second.awaitStatus(s -> s.get("cur_perf").asDouble() == 100);
        assertThat(status.get("new_load").asDouble()).isEqualTo(100);
        second.await(() -> second.finished().isEmpty() ? null : true, "the finished request");
      }
      assertThat(engine.finished()).isEmpty();
      assertThat(second.finished()).hasSize(1);
    }
  }

  @Test
  void namesMissingAndMalformedVariables() {
    Map<String, String> environment = TestWorker.environment(engine);
    environment.remove("CONTAINER_ID");
    assertThatThrownBy(() -> Worker.start(environment, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CONTAINER_ID");
    environment.put("CONTAINER_ID", "secret");
    assertThatThrownBy(() -> Worker.start(environment, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CONTAINER_ID has to be a whole number");
  }
}
