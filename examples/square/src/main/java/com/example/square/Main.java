package com.example.square;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Squares nine numbers on a worker. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("square")
                .vast(vast)
                .remote(Square.class)
                .image(
                    Image.of("vastai/base-image:@vastai-automatic-tag", 16)
                        .require(GPU_NAME.in(RTX_4090, RTX_5090)))
                .autoscaling(Autoscaling.defaults().minLoad(1000))
                .progress(ProgressListener.console())
                .build()) {
      System.out.println(
          (vast.isLocal() ? "No Vast API key found: running on " : "running on ") + vast);
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30));

      Square square = app.remote(Square.class);
      System.out.printf(
          "this is process %d, the worker is process %d%n",
          ProcessHandle.current().pid(), square.processId());
      List<CompletableFuture<Integer>> squares =
          IntStream.rangeClosed(1, 9).mapToObj(square::square).toList();
      for (int x = 1; x <= 9; x++) {
        System.out.printf("square(%d) = %d%n", x, squares.get(x - 1).join());
      }
    }
  }
}
