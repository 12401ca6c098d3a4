package dev.vast4j;

import dev.vast4j.local.LocalVast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/**
 * Calls of a function that takes 10 ms and 0.1 ms for each input, as a GPU does: in batches and one
 * by one, side by side. Warms up, then takes the medians of several rounds; prints a Markdown table
 * and fails if a ratio misses its goal.
 */
public final class BatchedCalls {
  private static final int CALLERS = 64;
  private static final int MAX_WAIT_MILLIS = 5;
  private static final long FIXED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long INPUT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final double BATCH_MILLIS = (FIXED_NANOS + CALLERS * INPUT_NANOS) / 1e6;
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int ROUNDS = 5;
  private static final int MAX_WARM_UPS = 20;

  private BatchedCalls() {}

  /** The functions that are called. */
  public interface Functions {
    /** In batches. */
    @Remote(maxQueueTime = 3600, maxConcurrency = 1)
    @Batched(method = "all", maxSize = CALLERS, maxWaitMillis = MAX_WAIT_MILLIS)
    @Benchmark(dataset = "{\"x\": 2}", runs = 2)
    int batched(int x);

    /** The batches. */
    default List<Integer> all(List<Integer> inputs) {
      work(inputs.size());
      return inputs.stream().map(x -> x + 1).toList();
    }

    /** One by one. */
    @Remote(maxQueueTime = 3600, maxConcurrency = 1)
    default int serial(int x) {
      work(1);
      return x + 1;
    }

    private static void work(int inputs) {
      long end = System.nanoTime() + FIXED_NANOS + inputs * INPUT_NANOS;
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("batches")
                .vast(vast)
                .remote(Functions.class)
                .image(Image.of("bench", 16))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(2));
      Functions functions = app.remote(Functions.class);
      warmUp(functions);
      double[] rates = new double[ROUNDS];
      double[] tails = new double[ROUNDS];
      double[] slower = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double[] batched = many(functions::batched, CALLERS);
        double[] serial = many(functions::serial, CALLERS);
        rates[round] = (double) batched.length / serial.length;
        tails[round] = percentile(batched, 0.99) / BATCH_MILLIS;
        slower[round] =
            percentile(many(functions::batched, 1), 0.5)
                - percentile(many(functions::serial, 1), 0.5);
      }
      System.out.println("| what | measured | rounds | goal |\n|---|---|---|---|");
      double rate = row("calls/s in batches, 64 callers, to one by one", rates, "×", "15");
      double tail = row("p99 of these calls, to the time of a batch", tails, "×", "3");
      double slow =
          row("one caller's median, slower by", slower, "ms", MAX_WAIT_MILLIS + 1 + " ms");
      if (rate < 15 || tail > 3 || slow > MAX_WAIT_MILLIS + 1) {
        throw new AssertionError("a goal is missed");
      }
    }
  }

  /** Calls until compiling makes client, engine and worker no faster. */
  private static void warmUp(Functions functions) throws Exception {
    int best = 0;
    int sinceBest = 0;
    for (int round = 0; round < MAX_WARM_UPS && sinceBest < 3; round++) {
      int calls = many(functions::batched, CALLERS).length;
      sinceBest = calls > best * 1.05 ? 0 : sinceBest + 1;
      best = Math.max(best, calls);
    }
    many(functions::serial, CALLERS);
  }

  /** Prints and returns the median. */
  private static double row(String what, double[] rounds, String unit, String goal) {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f %s | %.1f to %.1f | %s |%n",
        what,
        median,
        unit,
        sorted[0],
        sorted[sorted.length - 1],
        goal);
    return median;
  }

  /** Calls until the round's end; returns the milliseconds of each call, sorted. */
  private static double[] many(IntUnaryOperator function, int callers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      long end = System.nanoTime() + ROUND_NANOS;
      List<Future<List<Double>>> each = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller * 1_000_000;
        each.add(threads.submit(() -> calls(function, first, end)));
      }
      List<Double> all = new ArrayList<>();
      for (Future<List<Double>> one : each) {
        all.addAll(one.get());
      }
      double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      return sorted;
    } finally {
      threads.shutdown();
    }
  }

  private static List<Double> calls(IntUnaryOperator function, int first, long end) {
    List<Double> millis = new ArrayList<>();
    for (int x = first; System.nanoTime() < end || millis.isEmpty(); x++) {
      long start = System.nanoTime();
      if (function.applyAsInt(x) != x + 1) {
        throw new AssertionError("another call's result");
      }
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return millis;
  }

  private static double percentile(double[] sorted, double part) {
    return sorted[(int) Math.min(sorted.length - 1, Math.round(part * sorted.length))];
  }
}
