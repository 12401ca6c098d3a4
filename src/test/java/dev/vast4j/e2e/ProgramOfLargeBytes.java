package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.util.Arrays;
import java.util.Random;

/** Sends 64 MB to a worker and back, a few times; for a process with a small heap. */
public final class ProgramOfLargeBytes {
  private static final int BYTES = 64 << 20;
  private static final int ROUNDS = 3;

  private ProgramOfLargeBytes() {}

  /** Gives back what it gets. */
  public interface Echo {
    @Remote
    @Benchmark(dataset = "{\"bytes\": \"\"}", runs = 1)
    default byte[] echo(byte[] bytes) {
      return bytes;
    }
  }

  /** Prints a line for each round, and ends with 1 when what came back is something else. */
  public static void main(String[] heap) {
    byte[] bytes = new byte[BYTES];
    new Random(1).nextBytes(bytes);
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().workerHeap(heap[0]));
        Deployment app =
            Deployment.builder("large")
                .vast(engine.client())
                .remote(Echo.class)
                .image(Image.of("image", 1))
                .build()) {
      app.ensureReady();
      Echo echo = app.remote(Echo.class);
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        if (!Arrays.equals(echo.echo(bytes), bytes)) {
          System.exit(1);
        }
        System.out.printf("64 MB there and back: %d ms%n", (System.nanoTime() - began) / 1_000_000);
      }
      app.delete();
    }
  }
}
