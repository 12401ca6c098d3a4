package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BatchTest {
  private static CompletableFuture<Integer> square(int x) {
    return x < 0
        ? CompletableFuture.failedFuture(new IllegalArgumentException("negative"))
        : CompletableFuture.completedFuture(x * x);
  }

  @Test
  void returnsAResultForEachInputInOrder() {
    try (Stream<Batch.Result<Integer, Integer>> results =
        Batch.map(List.of(1, -2, 3), BatchTest::square)) {
      List<Batch.Result<Integer, Integer>> all = results.toList();
      assertThat(all).extracting(Batch.Result::input).containsExactly(1, -2, 3);
      assertThat(all).extracting(Batch.Result::succeeded).containsExactly(true, false, true);
      assertThat(all.get(0).get()).isEqualTo(1);
      assertThat(all.get(2).get()).isEqualTo(9);
      assertThatThrownBy(() -> all.get(1).get()).hasMessageContaining("negative");
    }
  }

  @Test
  void returnsResultsAsTheyComplete() {
    CompletableFuture<Integer> late = new CompletableFuture<>();
    try (Stream<Batch.Result<Integer, Integer>> results =
        Batch.concurrency(2).asCompleted().over(Stream.of(1, 2), x -> x == 1 ? late : square(x))) {
      var each = results.iterator();
      assertThat(each.next().get()).isEqualTo(4);
      late.complete(7);
      assertThat(each.next().get()).isEqualTo(7);
    }
  }

  @Test
  void limitsCallsInFlight() {
    List<CompletableFuture<Integer>> begun = new java.util.ArrayList<>();
    try (Stream<Batch.Result<Integer, Integer>> results =
        Batch.concurrency(1)
            .over(
                List.of(1, 2, 3),
                x -> {
                  assertThat(begun).allMatch(CompletableFuture::isDone);
                  CompletableFuture<Integer> call = square(x);
                  begun.add(call);
                  return call;
                })) {
      assertThat(results.map(Batch.Result::get)).containsExactly(1, 4, 9);
    }
    assertThatThrownBy(() -> Batch.concurrency(0)).isInstanceOf(InvalidDeploymentException.class);
  }
}
