package com.example.embeddings;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Finds sentences that mean the same, and measures calls with and without batching. */
public final class Main {
  private static final int CALLERS = 64;

  private Main() {}

  public static void main(String[] args) throws Exception {
    boolean cuda = Boolean.getBoolean("cuda");
    Image image =
        cuda
            ? Image.of("vastai/base-image:cuda-12.8.1-cudnn-devel-ubuntu22.04", 16)
                .require(GPU_NAME.in(RTX_4090, RTX_5090))
            : Image.of("vastai/base-image:@vastai-automatic-tag", 16);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("embeddings")
                .vast(vast)
                .remote(Embedder.class, EmbedderOnWorker.class)
                .context(MiniLm.class, cuda)
                .image(image)
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30)); // ready means that the model is loaded
      Embedder embedder = app.remote(Embedder.class);

      List<float[]> embeddings = all(callers, Sentences.ALL, embedder::embed);
      System.out.println();
      for (int i = 0; i < embeddings.size(); i++) {
        int nearest = nearest(embeddings, i);
        System.out.printf(
            "%.2f  %s ~ %s%n",
            similarity(embeddings.get(i), embeddings.get(nearest)),
            Sentences.ALL.get(i),
            Sentences.ALL.get(nearest));
      }

      System.out.println();
      double alone = perSecond(callers, embedder::embedAlone);
      double batched = perSecond(callers, embedder::embed);
      System.out.printf("one sentence a run of the model: %,.0f calls/s%n", alone);
      System.out.printf("batched: %,.0f calls/s, %.1f times as many%n", batched, batched / alone);
    } finally {
      callers.shutdown();
    }
  }

  private static <T> List<T> all(
      ExecutorService callers, List<String> sentences, Function<String, T> call)
      throws InterruptedException, ExecutionException {
    List<Future<T>> running = new ArrayList<>();
    for (String sentence : sentences) {
      running.add(callers.submit(() -> call.apply(sentence)));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> one : running) {
      results.add(one.get());
    }
    return results;
  }

  /** Measures 64 callers for five seconds, after one that does not count. */
  private static double perSecond(ExecutorService callers, Function<String, float[]> call)
      throws InterruptedException, ExecutionException {
    double rate = 0;
    for (int seconds : new int[] {1, 5}) {
      long start = System.nanoTime();
      long end = start + seconds * 1_000_000_000L;
      List<Future<Integer>> running = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        running.add(
            callers.submit(
                () -> {
                  int done = 0;
                  while (System.nanoTime() < end) {
                    call.apply(Sentences.any());
                    done++;
                  }
                  return done;
                }));
      }
      int done = 0;
      for (Future<Integer> one : running) {
        done += one.get();
      }
      rate = done * 1e9 / (System.nanoTime() - start);
    }
    return rate;
  }

  private static int nearest(List<float[]> embeddings, int to) {
    int nearest = -1;
    for (int i = 0; i < embeddings.size(); i++) {
      if (i != to
          && (nearest < 0
              || similarity(embeddings.get(to), embeddings.get(i))
                  > similarity(embeddings.get(to), embeddings.get(nearest)))) {
        nearest = i;
      }
    }
    return nearest;
  }

  /** Multiplies two embeddings: 1 for the same meaning, 0 for none in common. */
  private static float similarity(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
