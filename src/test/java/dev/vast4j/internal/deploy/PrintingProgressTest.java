package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.MarketEstimate;
import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.UpdateTier;
import dev.vast4j.internal.terminal.Printable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PrintingProgressTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private static final String ERASE = "\r\u001b[2K";

  private final AtomicLong clock = new AtomicLong();
  private OptionalInt width = OptionalInt.empty();
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
            "uploading models/a.bin: 2.0 MB of 2.0 MB (100 %)",
            "packing 3 files",
            "registering with Vast at http://localhost",
            "deployed square: updated code (soft update) after 0.0 s",
            "waiting for workers: 0 of 2 ready (1 error, 1 loading)",
            "2 workers are ready after 0.0 s; benchmark: workload of 12,346 a second");
  }

  @Test
  void printsUploadsEveryTenSecondsAndTheEnd() {
    for (int sent = 0; sent <= 1000; sent++) {
      listener.on(new Progress.Uploading(sent * 10_000L, 10_000_000));
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(20));
    }

    assertThat(lines())
        .containsExactly(
            "uploading 0.0 MB of 10.0 MB (0 %)",
            "uploading 5.0 MB of 10.0 MB (50 %, 0.5 MB/s)",
            "uploading 10.0 MB of 10.0 MB (100 %, 0.5 MB/s)");
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
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2500));
    terminal.on(new Progress.Deployed("square", UpdateTier.NONE, 10));
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of(), Map.of()));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(65));
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of("loading", 1), Map.of()));
    terminal.on(new Progress.WorkersReady(1, 100));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            ERASE
                + "planning the bundle of square"
                + ERASE
                + "deployed square: unchanged after 2.5 s\n"
                + ERASE
                + "waiting for workers: 0 of 1 ready"
                + ERASE
                + "waiting for workers: 0 of 1 ready (1 loading) 1 min 5 s"
                + ERASE
                + "1 worker is ready after 1 min 5 s; benchmark: workload of 100 a second\n");
  }

  @Test
  void clearsTheLineWhenTheDeployFails() {
    ProgressListener terminal = listener(true);
    terminal.on(new Progress.Registering("Vast at https://console.vast.ai"));
    terminal.on(new Progress.Failed("square"));

    assertThat(printed.toString(StandardCharsets.UTF_8)).endsWith("vast.ai" + ERASE);
  }

  @Test
  void keepsErrorsPricesAndTheLocalEnginesPageOnATerminal() {
    ProgressListener terminal = listener(true);
    terminal.on(new Progress.Registering("the local engine at http://127.0.0.1:1"));
    terminal.on(
        new Progress.Market(new MarketEstimate("a=1", 0, OptionalDouble.empty(), null, null)));
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of("error", 1), Map.of(7L, "no GPU\nx")));
    terminal.on(new Progress.Failed("square"));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("registering with the local engine at http://127.0.0.1:1\n")
        .contains("market: no machine on the market matches a=1; relax the requirements\n")
        .contains("worker 7 failed: no GPU\\nx\n");
  }

  @Test
  void showsControlCharactersFromOutsideAsEscapes() {
    listener.on(
        new Progress.AwaitingWorkers(
            1, 0, Map.of("bad\u001b[2J", 1), Map.of(1L, "\u202egnorw\u0007")));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("\\u202egnorw\\u0007")
        .contains("bad\\u001b[2J")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void fitsTheTerminalsWidth() {
    width = OptionalInt.of(40);
    ProgressListener terminal = listener(true);
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of("漢".repeat(100), 1), Map.of()));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(12));
    terminal.on(new Progress.AwaitingWorkers(1, 0, Map.of("x".repeat(100), 1), Map.of()));

    List<String> lines = List.of(printed.toString(StandardCharsets.UTF_8).split("\\r", -1));
    String wide = lines.get(1).replace("\u001b[2K", "");
    assertThat(wide).startsWith("waiting for workers: 0 of 1 ready (1 ").endsWith("…");
    assertThat(Printable.columns(wide)).isBetween(38, 39);
    String timed = lines.get(lines.size() - 1).replace("\u001b[2K", "");
    assertThat(timed).hasSize(39).endsWith("… 12 s");
  }

  @Test
  void clearsTheLineWhenAPlanIsDone() {
    ProgressListener terminal = listener(true);
    terminal.on(new Progress.Planning("square"));
    terminal.on(new Progress.Planned("square", UpdateTier.NONE));

    assertThat(printed.toString(StandardCharsets.UTF_8)).endsWith(ERASE);
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

  private ProgressListener listener(boolean inPlace) {
    return new PrintingProgress(
        new PrintStream(printed, true, StandardCharsets.UTF_8), inPlace, clock::get, () -> width);
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
