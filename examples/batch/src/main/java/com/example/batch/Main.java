package com.example.batch;

import dev.vast4j.Autoscaling;
import dev.vast4j.Batch;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Maps 100,000 inputs through a remote function and keeps only the best result. */
public final class Main {
  private static final int INPUTS = 100_000;

  private Main() {}

  public static void main(String[] args) {
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("batch")
                .vast(vast)
                .remote(Collatz.class)
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .autoscaling(Autoscaling.defaults().maxWorkers(2))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30));
      Collatz collatz = app.remote(Collatz.class);

      // A lazy source: inputs are produced as results are taken, so memory holds few of either.
      Stream<Long> numbers = LongStream.rangeClosed(1, INPUTS).boxed();
      long longest = 0;
      int most = -1;
      int failed = 0;
      long start = System.nanoTime();
      try (Stream<Batch.Result<Long, Integer>> results =
          Batch.concurrency(64).asCompleted().over(numbers, collatz::steps)) {
        int done = 0;
        for (Batch.Result<Long, Integer> result :
            (Iterable<Batch.Result<Long, Integer>>) results::iterator) {
          if (!result.succeeded()) {
            failed++;
          } else if (result.get() > most) {
            most = result.get();
            longest = result.input();
          }
          if (++done % (INPUTS / 10) == 0) {
            System.out.printf(
                "%,d done, %,.0f a second, %d MB of heap in use%n",
                done, done * 1e9 / (System.nanoTime() - start), heapInUse() >> 20);
          }
        }
      }
      System.out.printf(
          "up to %,d, %,d takes the most steps: %d; %d calls failed%n",
          INPUTS, longest, most, failed);
    }
  }

  /** Returns the memory in use. Collects garbage first, because it would count as well. */
  private static long heapInUse() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
