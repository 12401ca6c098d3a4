package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.UpdateTier;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PrintingProgressTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final ProgressListener listener = listener(false);

  @Test
  void printsALineForEachStep() {
    listener.on(new Progress.Planning("square"));
    listener.on(new Progress.UploadingAsset("models/a.bin", 2_000_000, 2_000_000));
    listener.on(new Progress.Packing(3));
    listener.on(new Progress.Registering("Vast at http://localhost"));
    listener.on(new Progress.Deployed("square", UpdateTier.SOFT, 10));
    listener.on(new Progress.AwaitingWorkers(2, 0, Map.of("loading", 1, "error", 1), Map.of()));
    listener.on(new Progress.WorkersReady(2, 12_345.6));

    assertThat(lines())
        .containsExactly(
            "planning the bundle of square",
            "uploading models/a.bin: 2.0 of 2.0 MB",
            "packing 3 files",
            "registering with Vast at http://localhost",
            "deployed square: updated code (soft update)",
            "waiting for workers: 0 of 2 ready (1 error, 1 loading)",
            "2 workers are ready; benchmark: workload of 12,346 a second");
  }

  @Test
  void printsUploadsAtMostOnceASecondAndTheEnd() {
    for (int sent = 0; sent <= 1000; sent++) {
      listener.on(new Progress.Uploading(sent * 10_000L, 10_000_000));
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
    }

    assertThat(lines())
        .containsExactly(
            "uploading 0.0 of 10.0 MB", "uploading 5.0 of 10.0 MB", "uploading 10.0 of 10.0 MB");
  }

  @Test
  void doesNotRepeatALine() {
    listener.on(new Progress.AwaitingWorkers(1, 0, Map.of("loading", 1), Map.of()));
    listener.on(new Progress.AwaitingWorkers(1, 0, Map.of("loading", 1), Map.of()));

    assertThat(lines()).hasSize(1);
  }

  @Test
  void changesOneLineInPlaceOnATerminal() {
    ProgressListener terminal = listener(true);
    terminal.on(new Progress.Planning("square"));
    terminal.on(new Progress.Deployed("square", UpdateTier.NONE, 10));
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of(), Map.of()));
    terminal.on(new Progress.WorkersReady(1, 100));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            "\u001b[2Kplanning the bundle of square\r"
                + "\u001b[2Kdeployed square: unchanged\n"
                + "\u001b[2Kwaiting for workers: 0 of 1 ready\r"
                + "\u001b[2K1 worker is ready; benchmark: workload of 100 a second\n");
  }

  @Test
  void shortensALineThatWouldWrap() {
    listener(true).on(new Progress.AwaitingWorkers(1, 0, Map.of("x".repeat(100), 1), Map.of()));

    String line = printed.toString(StandardCharsets.UTF_8).replace("\u001b[2K", "").strip();
    assertThat(line)
        .startsWith("waiting for workers: 0 of 1 ready (1 xxx")
        .endsWith("…")
        .hasSize(79);
  }

  @Test
  void printsOnStandardErrorWhereThereIsNoTerminal() {
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      ProgressListener.console().on(new Progress.Planning("square"));
    } finally {
      System.setErr(before);
    }
    assertThat(lines()).containsExactly("planning the bundle of square");
  }

  @Test
  void findsNoTerminalWithoutAConsole() {
    assertThat(PrintingProgress.isTerminal(null, Map.of())).isFalse();
  }

  private ProgressListener listener(boolean inPlace) {
    return new PrintingProgress(
        new PrintStream(printed, true, StandardCharsets.UTF_8), inPlace, clock::get);
  }

  private String[] lines() {
    return printed.toString(StandardCharsets.UTF_8).split("\\R");
  }

  @Test
  void printsTheErrorOfAWorkerOnce() {
    ProgressListener listener = listener(false);
    Map<Long, String> errors = Map.of(7L, "no CUDA device");
    listener.on(new Progress.AwaitingWorkers(1, 0, Map.of("error", 1), errors));
    listener.on(new Progress.AwaitingWorkers(1, 0, Map.of("rebooting", 1), errors));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("worker 7 failed: no CUDA device");
  }
}
