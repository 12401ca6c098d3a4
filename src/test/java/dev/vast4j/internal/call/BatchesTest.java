package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Batch;
import dev.vast4j.docs.Proves;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchesTest {
  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static CompletableFuture<Integer> later(int x) {
    return CompletableFuture.supplyAsync(
        () -> {
          LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(300_000));
          return x * x;
        },
        ForkJoinPool.commonPool());
  }

  @Test
  void resultsComeInOrder() {
    try (Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(numbers(500), BatchesTest::later, 8, true)) {
      List<Batch.Result<Integer, Integer>> all = items.toList();
      assertThat(all).hasSize(500);
      for (int i = 0; i < 500; i++) {
        assertThat(all.get(i)).isEqualTo(new Batch.Result<>(i, i, i * i, null));
      }
    }
  }

  @Test
  void resultsComeAsTheyComplete() {
    CompletableFuture<Integer> slow = new CompletableFuture<>();
    List<Integer> order = new ArrayList<>();
    try (Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(numbers(5), x -> x == 0 ? slow : later(x), 2, false)) {
      items.forEach(
          item -> {
            order.add(item.input());
            if (order.size() == 4) {
              slow.complete(0);
            }
          });
    }
    assertThat(order).hasSize(5).endsWith(0);
  }

  @Test
  void limitsCallsInFlightAndTakesInputsLazily() {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (boolean ordered : new boolean[] {true, false}) {
      started.set(0);
      done.set(0);
      try (Stream<Batch.Result<Integer, Integer>> items =
          Batches.map(
              numbers(1_000_000_000),
              x -> {
                most.accumulateAndGet(started.incrementAndGet() - done.get(), Math::max);
                return later(x).whenComplete((value, failure) -> done.incrementAndGet());
              },
              16,
              ordered)) {
        assertThat(items.limit(300)).hasSize(300);
      }
      assertThat(most.get()).isLessThanOrEqualTo(16);
      assertThat(started.get()).isLessThan(300 + 40);
    }
  }

  @Test
  void mapsAHundredThousandInputsInBoundedMemory() {
    for (boolean ordered : new boolean[] {true, false}) {
      try (Stream<Batch.Result<byte[], Integer>> items =
          Batches.map(
              IntStream.range(0, 100_000).mapToObj(i -> new byte[100_000]).iterator(),
              bytes -> CompletableFuture.completedFuture(bytes.length),
              64,
              ordered)) {
        // 10 GB of inputs if they were kept in memory.
        assertThat(items.mapToLong(Batch.Result::value).sum()).isEqualTo(10_000_000_000L);
      }
    }
  }

  @Test
  void failuresAreResults() {
    try (Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(
            numbers(3),
            x -> {
              if (x == 0) {
                throw new IllegalArgumentException("no");
              }
              return x == 1
                  ? CompletableFuture.failedFuture(new IllegalStateException("later"))
                  : CompletableFuture.completedFuture(4);
            },
            2,
            true)) {
      List<Batch.Result<Integer, Integer>> all = items.toList();
      assertThat(all.get(0).failure()).isInstanceOf(IllegalArgumentException.class);
      assertThat(all.get(1).failure()).isInstanceOf(IllegalStateException.class);
      assertThat(all.get(2).value()).isEqualTo(4);
    }
  }

  @Test
  void nullFutureIsAFailure() {
    try (Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(numbers(2), x -> x == 0 ? null : later(x), 2, true)) {
      List<Batch.Result<Integer, Integer>> all = items.toList();
      assertThat(all.get(0).failure())
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("no future for input 0");
      assertThat(all.get(1).failure()).isNull();
    }
  }

  @Test
  void closeCancelsCallsInFlight() {
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(
            numbers(100),
            x -> {
              CompletableFuture<Integer> call = new CompletableFuture<>();
              calls.add(call);
              if (x == 0) {
                call.complete(0);
              }
              return call;
            },
            4,
            false);
    assertThat(items.iterator().next().value()).isZero();
    items.close();
    assertThat(calls.subList(1, calls.size())).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void interruptEndsTheBatch() {
    CompletableFuture<Integer> never = new CompletableFuture<>();
    for (boolean ordered : new boolean[] {true, false}) {
      Thread.currentThread().interrupt();
      try (Stream<Batch.Result<Integer, Integer>> items =
          Batches.map(numbers(3), x -> never, 2, ordered)) {
        assertThatThrownBy(items::toList)
            .isInstanceOf(java.util.concurrent.CancellationException.class);
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(never).isCancelled();
    }
  }

  @Test
  void concurrencyIsChecked() {
    assertThatThrownBy(() -> Batches.map(numbers(1), BatchesTest::later, 0, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void startsTheNextCallBeforeReturningAResult() {
    for (boolean ordered : new boolean[] {true, false}) {
      AtomicInteger started = new AtomicInteger();
      try (Stream<Batch.Result<Integer, Integer>> items =
          Batches.map(
              numbers(10),
              x -> {
                started.incrementAndGet();
                return CompletableFuture.completedFuture(x);
              },
              2,
              ordered)) {
        Spliterator<Batch.Result<Integer, Integer>> each = items.spliterator();
        assertThat(each.hasCharacteristics(Spliterator.ORDERED)).isEqualTo(ordered);
        assertThat(each.tryAdvance(item -> assertThat(started).hasValue(3))).isTrue();
        assertThat(each.tryAdvance(item -> assertThat(started).hasValue(4))).isTrue();
      }
    }
  }

  @Test
  void closedBatchStartsAndReturnsNothing() throws InterruptedException {
    for (boolean ordered : new boolean[] {true, false}) {
      List<CompletableFuture<Integer>> calls = new CopyOnWriteArrayList<>();
      Stream<Batch.Result<Integer, Integer>> items =
          Batches.map(
              numbers(10),
              x -> {
                CompletableFuture<Integer> call = new CompletableFuture<>();
                calls.add(call);
                return call;
              },
              3,
              ordered);
      Spliterator<Batch.Result<Integer, Integer>> each = items.spliterator();
      Thread closer =
          new Thread(
              () -> {
                while (calls.size() < 3) {
                  LockSupport.parkNanos(1_000_000);
                }
                items.close();
              });
      closer.start();
      assertThat(each.tryAdvance(item -> {})).as("woken by the closing").isFalse();
      closer.join();
      assertThat(each.tryAdvance(item -> {})).isFalse();
      assertThat(calls).hasSize(3).allMatch(CompletableFuture::isCancelled);
    }
  }

  @Test
  void cancelsACallStartedDuringClose() {
    CompletableFuture<Integer> late = new CompletableFuture<>();
    AtomicReference<Stream<?>> self = new AtomicReference<>();
    Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(
            numbers(10),
            x -> {
              self.get().close();
              return late;
            },
            3,
            true);
    self.set(items);
    assertThat(items.spliterator().tryAdvance(item -> {})).isFalse();
    assertThat(late).isCancelled();
  }

  /** Counts up to a limit, then throws once from next() or hasNext(); then goes on. */
  private static Iterator<Integer> failing(int at, boolean inNext, Throwable failure) {
    return new Iterator<>() {
      private int i;
      private boolean thrown;

      @Override
      public boolean hasNext() {
        if (!inNext) {
          failAt();
        }
        return i < 2 * at;
      }

      @Override
      public Integer next() {
        if (inNext) {
          failAt();
        }
        return i++;
      }

      private void failAt() {
        if (i == at && !thrown) {
          thrown = true;
          BatchesTest.<RuntimeException>sneak(failure);
        }
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "the source of a batch's inputs throws",
      of = "batch",
      outcome = "the results of the inputs before it, then the same exception")
  void deliversResultsBeforeTheSourcesFailure() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("source"),
            new OutOfMemoryError("source"),
            new java.io.IOException("sneaky"))) {
      for (boolean inNext : new boolean[] {true, false}) {
        for (boolean ordered : new boolean[] {true, false}) {
          for (int concurrency : new int[] {1, 4, 64}) {
            List<Integer> seen = new ArrayList<>();
            try (Stream<Batch.Result<Integer, Integer>> items =
                Batches.map(
                    failing(10, inNext, failure), BatchesTest::later, concurrency, ordered)) {
              assertThatThrownBy(() -> items.forEach(item -> seen.add(item.value())))
                  .isSameAs(failure);
            }
            assertThat(seen).containsExactlyInAnyOrder(0, 1, 4, 9, 16, 25, 36, 49, 64, 81);
          }
        }
      }
    }
  }

  @Test
  void aFailedSourceThrowsItsFailureEachTime() {
    try (Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(failing(1, true, new IllegalStateException("x")), x -> later(x), 4, true)) {
      Iterator<Batch.Result<Integer, Integer>> results = items.iterator();
      assertThat(results.next().value()).isZero();
      assertThatThrownBy(results::hasNext).hasMessage("x");
      assertThatThrownBy(results::hasNext).hasMessage("x");
    }
  }

  @Test
  void closedBatchDoesNotThrowTheSourcesFailure() {
    Stream<Batch.Result<Integer, Integer>> items =
        Batches.map(
            failing(3, true, new IllegalStateException("x")),
            x -> new CompletableFuture<Integer>(),
            8,
            true);
    Spliterator<Batch.Result<Integer, Integer>> each = items.spliterator();
    items.close();
    assertThat(each.tryAdvance(item -> {})).isFalse();
  }

  @Test
  void errorsAreResults() {
    for (boolean ordered : new boolean[] {true, false}) {
      try (Stream<Batch.Result<Integer, Integer>> items =
          Batches.map(
              numbers(20),
              x -> {
                if (x == 10) {
                  throw new AssertionError("ten");
                }
                return x == 11
                    ? CompletableFuture.failedFuture(new StackOverflowError("eleven"))
                    : later(x);
              },
              8,
              ordered)) {
        List<Batch.Result<Integer, Integer>> all = items.toList();
        assertThat(all).hasSize(20);
        assertThat(all)
            .filteredOn(item -> !item.succeeded())
            .extracting(item -> item.failure().getMessage())
            .containsExactlyInAnyOrder("ten", "eleven");
      }
    }
  }
}
