package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BatchingTest {
  @TempDir private Path directory;
  private RecordingEngine engine;
  private TestWorker worker;

  @BeforeEach
  void start() throws Exception {
    Batching.SIZES.clear();
    Batching.STARTED.drainPermits();
    Batching.PERMITS.drainPermits();
    Batching.INTERRUPTED.drainPermits();
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Batching.class));
  }

  @AfterEach
  void stop() {
    Batching.PERMITS.release(1000);
    worker.close();
    engine.close();
  }

  private CompletableFuture<TestWorker.Answer> later(String function, String arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return worker.call(function, arguments);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task, "caller").start());
  }

  private CompletableFuture<TestWorker.Answer> held(String name) {
    return later("held", "{\"name\": \"" + name + "\"}");
  }

  private static void started() throws InterruptedException {
    assertThat(Batching.STARTED.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Begins a batch of one and waits until as many calls as given wait for the next. */
  private List<CompletableFuture<TestWorker.Answer>> behind(String... names) throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls = new ArrayList<>(List.of(held("first")));
    started();
    for (String name : names) {
      calls.add(held(name));
    }
    inWork(names.length + 1);
    return calls;
  }

  private void inWork(int count) throws Exception {
    engine.awaitStatus(status -> status.get("cur_load").asDouble() == count * 100.0);
  }

  /** Waits until so many calls are reported as cancelled; a status would not show it. */
  private void cancelled(int count) throws Exception {
    engine.await(
        () ->
            engine.finished().stream()
                        .filter(call -> call.get("status").asText().equals("Cancelled"))
                        .count()
                    >= count
                ? Boolean.TRUE
                : null,
        "the cancelled");
  }

  private static String content(CompletableFuture<TestWorker.Answer> call) throws Exception {
    TestWorker.Answer answer = call.get();
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void benchmarkFillsBatches() {
    // The warm-up, then full batches.
    assertThat(Batching.SIZES).containsExactly(1, 8, 8);
  }

  @Test
  void eachCallGetsItsOwnResult() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls =
        IntStream.range(0, 100).mapToObj(i -> later("doubled", "{\"x\": " + i + "}")).toList();
    for (int i = 0; i < 100; i++) {
      JsonNode answer = calls.get(i).get().json();
      assertThat(answer.toString()).contains("\"ok\":" + 2 * i);
    }
    assertThat(Batching.SIZES.stream().mapToInt(size -> size).sum()).isEqualTo(17 + 100);
    assertThat(Batching.SIZES).allMatch(size -> size <= 8);
  }

  @Test
  void callsWaitTogetherAndHoldNoThread() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls =
        behind(IntStream.range(0, 16).mapToObj(i -> "n" + i).toArray(String[]::new));
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("vast4j-call-"))
            .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
            .filter(
                thread ->
                    java.util.Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("holdAll")))
            .count();
    assertThat(threads).isEqualTo(1);
    Batching.PERMITS.release(2);
    assertThat(content(calls.get(0))).contains("first of 1");
    for (int i = 1; i < calls.size(); i++) {
      assertThat(content(calls.get(i))).contains("n" + (i - 1) + " of 16");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "one call of a batch fails",
      outcome = "that call fails with its own exception; the others get their results")
  void oneCallFailsAlone() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls = behind("bad1", "good", "bad2", "none");
    Batching.PERMITS.release(2);
    assertThat(content(calls.get(1))).contains("IllegalArgumentException", "bad1");
    assertThat(content(calls.get(2))).contains("good of 4");
    assertThat(content(calls.get(3))).contains("IllegalArgumentException", "bad2");
    assertThat(content(calls.get(4))).contains("IllegalStateException", "BatchResult.of(null)");
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a batch throws, or returns null or the wrong number of results",
      outcome = "each of its calls fails with that exception, or with one that says so")
  void aFailingBatchFailsEachCall() throws Exception {
    assertThat(content(later("wrong", "{\"how\": \"throw\"}")))
        .contains("ArithmeticException", "none of it");
    assertThat(content(later("wrong", "{\"how\": \"null\"}")))
        .contains("IllegalStateException", "wrongAll returned null");
    assertThat(content(later("wrong", "{\"how\": \"x\"}")))
        .contains("IllegalStateException", "wrongAll returned 2 results for a batch of 1");
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "callers of a batch that waits disconnect",
      outcome = "their calls leave the batch; the others run")
  void aCancelledCallLeavesABatchThatHasNotBegun() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls = behind("stays");
    try (Socket leaves =
        worker.send(
            "/remote/held", worker.body("{\"kwargs\": {\"name\": \"leaves\"}}").toString())) {
      inWork(3);
    }
    cancelled(1);
    Batching.PERMITS.release(2);
    assertThat(content(calls.get(1))).contains("stays of 1");
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "callers of a running batch disconnect",
      outcome = "the batch is interrupted once all of them have")
  void aRunningBatchIsInterruptedOnlyWhenAllOfItsCallsAreCancelled() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls = behind();
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      sockets.add(
          worker.send(
              "/remote/held", worker.body("{\"kwargs\": {\"name\": \"leaves\"}}").toString()));
    }
    inWork(3);
    Batching.PERMITS.release();
    content(calls.get(0));
    started();
    sockets.get(0).close();
    cancelled(1);
    assertThat(Batching.INTERRUPTED.availablePermits()).isZero();
    sockets.get(1).close();
    assertThat(Batching.INTERRUPTED.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    Batching.PERMITS.release();
    assertThat(content(held("next"))).contains("next of 1");
  }

  @Test
  void callsInASessionRunAloneWithItsValues() throws Exception {
    String session =
        worker
            .post("/session/create", worker.body("{}").put("lifetime", 60).toString())
            .json()
            .get("session_id")
            .asText();
    for (int sum = 1; sum <= 3; sum++) {
      String body = worker.body("{\"kwargs\": {\"n\": 1}}", session).toString();
      assertThat(worker.post("/remote/add", body).body()).contains("\"ok\":" + (1000 + sum));
    }
  }

  @Test
  void aBoundOfItsOwnDoesNotWaitForOthers() throws Exception {
    List<CompletableFuture<TestWorker.Answer>> calls =
        IntStream.range(0, 3).mapToObj(i -> later("two", "{\"name\": \"n" + i + "\"}")).toList();
    started();
    started();
    inWork(3);
    assertThat(Batching.STARTED.availablePermits()).isZero();
    assertThat(worker.call("doubled", "{\"x\": 4}").body()).contains("\"ok\":8");
    Batching.PERMITS.release(3);
    for (CompletableFuture<TestWorker.Answer> call : calls) {
      content(call);
    }
  }

  @Test
  void runsOnPlatformThreadsUnlessAsked() throws Exception {
    assertThat(worker.call("plainThread", "{}").body()).doesNotContain("Virtual");
    if (Runtime.version().feature() >= 21) {
      assertThat(worker.call("thread", "{}").body()).contains("VirtualThread");
    }
  }
}
