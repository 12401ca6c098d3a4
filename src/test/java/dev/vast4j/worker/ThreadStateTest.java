package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.docs.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ThreadStateTest {
  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a function leaves its thread interrupted, renamed or with another class loader",
      outcome = "the next call sees nothing of it")
  void nothingOfOneCallIsLeftForTheNext(@TempDir Path directory) throws Exception {
    try (RecordingEngine engine = new RecordingEngine();
        TestWorker worker = TestWorker.start(engine, directory, TestWorker.manifest(Messy.class))) {
      for (int round = 0; round < 10; round++) {
        for (String mess : List.of("mess", "messAndFail", "messLater")) {
          assertThat(worker.call(mess, "{}").status()).isEqualTo(200);
          for (String look : List.of("look", "lookInTurn", "lookFromNewThread")) {
            assertThat(worker.call(look, "{}").body())
                .as("%s after %s", look, mess)
                .contains("\"contents\":[]");
          }
        }
        // Side by side: queued calls start on threads that others' calls hand over.
        List<CompletableFuture<String>> all =
            IntStream.range(0, 12)
                .mapToObj(
                    i ->
                        CompletableFuture.supplyAsync(
                            () -> {
                              try {
                                return worker
                                    .call(i % 2 == 0 ? "messLater" : "lookInTurn", "{}")
                                    .body();
                              } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                              }
                            },
                            // The common pool runs what the functions' futures wait for.
                            task -> new Thread(task, "caller").start()))
                .toList();
        for (int i = 1; i < 12; i += 2) {
          assertThat(all.get(i).get()).contains("\"contents\":[]");
        }
        assertThat(all.get(0).get()).contains("\"ok\":1");
      }
    }
  }
}
