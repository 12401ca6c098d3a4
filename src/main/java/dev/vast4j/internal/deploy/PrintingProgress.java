package dev.vast4j.internal.deploy;

import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.internal.terminal.Printable;
import dev.vast4j.internal.terminal.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Prints progress as lines, or on a terminal as one line that changes in place, with lines above it
 * for what should stay. Events arrive one after the other, so no lock is needed.
 */
public final class PrintingProgress implements ProgressListener {
  /** How often an upload's line is printed where lines stay. */
  private static final long LINE_GAP = TimeUnit.SECONDS.toNanos(10);

  /** How often it is redrawn on a terminal. */
  private static final long REDRAW_GAP = TimeUnit.MILLISECONDS.toNanos(200);

  private static final int USUAL_WIDTH = 80;

  /** How many names of what a copy leaves out are shown. */
  private static final int SHOWN = 5;

  private final PrintStream out;
  private final boolean inPlace;
  private final LongSupplier nanoTime;
  private final LiveLine line;
  private final Map<Long, String> errors = new HashMap<>();
  private String last = "";
  private String step = "";
  private long begun;
  private long stepBegun;
  private long lastUpload;

  /**
   * Prints to a stream, in lines or in place.
   *
   * @param width returns the terminal's width, if known
   */
  PrintingProgress(
      PrintStream out, boolean inPlace, LongSupplier nanoTime, Supplier<OptionalInt> width) {
    this.out = out;
    this.inPlace = inPlace;
    this.nanoTime = nanoTime;
    this.line = new LiveLine(out, nanoTime, width);
    this.begun = nanoTime.getAsLong();
    this.stepBegun = begun;
  }

  /** See {@link ProgressListener#console()}. */
  public static PrintingProgress forConsole() {
    Map<String, String> environment = System.getenv();
    boolean terminal = Terminal.canRedraw(System.console(), environment);
    return new PrintingProgress(
        terminal ? System.out : System.err,
        terminal,
        System::nanoTime,
        () -> Terminal.width(System.console(), environment));
  }

  /** See {@link ProgressListener#printing}. */
  public static PrintingProgress inLines(PrintStream out) {
    return new PrintingProgress(out, false, System::nanoTime, () -> OptionalInt.of(USUAL_WIDTH));
  }

  @Override
  public void on(Progress progress) {
    if (progress instanceof Progress.Failed || progress instanceof Progress.Planned) {
      line.clear();
      last = "";
      return;
    }
    startStep(progress);
    if (progress instanceof Progress.Uploading upload && !due(upload.sent(), upload.total())) {
      return;
    } else if (progress instanceof Progress.UploadingAsset upload
        && !due(upload.sent(), upload.total())) {
      return;
    } else if (progress instanceof Progress.AwaitingWorkers waiting) {
      new TreeMap<>(waiting.errors()).forEach(this::error);
    }
    String text = Printable.line(text(progress));
    if (inPlace && !stays(progress)) {
      line.show(text, stepBegun);
    } else if (!text.equals(last)) {
      stay(text);
    }
    last = text;
  }

  /** Lines of lasting interest stay on a terminal. */
  private static boolean stays(Progress progress) {
    return progress instanceof Progress.Deployed
        || progress instanceof Progress.WorkersReady
        || progress instanceof Progress.Updated
        || progress instanceof Progress.LeftOut
        || progress instanceof Progress.Market
        || (progress instanceof Progress.Registering registering
            && registering.service().startsWith(ConnectedVast.LOCAL));
  }

  private void startStep(Progress progress) {
    String name =
        progress instanceof Progress.UploadingAsset upload
            ? upload.destination()
            : progress.getClass().getName();
    if (!name.equals(step)) {
      long now = nanoTime.getAsLong();
      if (progress instanceof Progress.Planning || progress instanceof Progress.AwaitingWorkers) {
        begun = now;
      }
      step = name;
      stepBegun = now;
      lastUpload = now - LINE_GAP;
    }
  }

  private void stay(String text) {
    if (inPlace) {
      line.clear();
    }
    out.println(text);
    out.flush();
  }

  /** Prints a worker's error once, in a line of its own that stays. */
  private void error(long worker, String text) {
    if (!text.equals(errors.put(worker, text))) {
      stay("worker " + worker + " failed: " + Printable.line(text.strip()));
    }
  }

  private String text(Progress progress) {
    if (progress instanceof Progress.Planning planning) {
      return "planning the bundle of " + planning.deployment();
    } else if (progress instanceof Progress.LeftOut left) {
      return "leaving out %s (%,d files, %s)"
          .formatted(names(left.paths()), left.files(), size(left.bytes()));
    } else if (progress instanceof Progress.Packing packing) {
      return "packing " + packing.files() + " files";
    } else if (progress instanceof Progress.Registering registering) {
      return "registering with " + registering.service();
    } else if (progress instanceof Progress.Uploading upload) {
      return uploading("", upload.sent(), upload.total());
    } else if (progress instanceof Progress.UploadingAsset upload) {
      return uploading(upload.destination() + ": ", upload.sent(), upload.total());
    } else if (progress instanceof Progress.Market market) {
      return "market: " + market.estimate();
    } else if (progress instanceof Progress.Deployed deployed) {
      return "deployed " + deployed.deployment() + ": " + deployed.tier().description() + elapsed();
    } else if (progress instanceof Progress.AwaitingWorkers waiting) {
      return "waiting for workers: "
          + waiting.ready()
          + " of "
          + waiting.wanted()
          + " ready"
          + states(waiting.states());
    } else if (progress instanceof Progress.WorkersReady ready) {
      return "%s ready%s; benchmark: workload of %s a second%s"
          .formatted(
              ready.ready() == 1 ? "1 worker is" : ready.ready() + " workers are",
              elapsed(),
              String.format(Locale.ROOT, "%,.0f", ready.perf()),
              ready.versionKnown() ? "" : "; the service doesn't tell which version they run");
    } else if (progress instanceof Progress.Updating updating) {
      return "updating: %d of %d %s on the new version%s"
          .formatted(
              updating.updated(),
              updating.workers(),
              updating.workers() == 1 ? "worker" : "workers",
              updating.inferred() ? " (inferred)" : "");
    } else if (progress instanceof Progress.Updated updated) {
      return "updated: " + updated.result().description();
    }
    throw new IllegalArgumentException("no text for " + progress.getClass());
  }

  private String elapsed() {
    return " after " + LiveLine.seconds(nanoTime.getAsLong() - begun);
  }

  /** Uploads report very often; prints their start, their end, and sometimes between. */
  private boolean due(long sent, long total) {
    long now = nanoTime.getAsLong();
    if (sent < total && now - lastUpload < (inPlace ? REDRAW_GAP : LINE_GAP)) {
      return false;
    }
    lastUpload = now;
    return true;
  }

  private String uploading(String what, long sent, long total) {
    double seconds = (nanoTime.getAsLong() - stepBegun) / 1e9;
    String rate = sent > 0 && seconds >= 0.1 ? ", " + size(Math.round(sent / seconds)) + "/s" : "";
    return "uploading %s%s of %s (%d %%%s)"
        .formatted(what, size(sent), size(total), percent(sent, total), rate);
  }

  private static long percent(long sent, long total) {
    return total <= 0 ? 100 : (long) (100.0 * sent / total);
  }

  /** {@return the last names of the first paths} */
  private static String names(List<String> paths) {
    List<String> names =
        paths.stream().map(path -> String.valueOf(Path.of(path).getFileName())).distinct().toList();
    return names.size() <= SHOWN
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, SHOWN)) + " …";
  }

  private static String states(Map<String, Integer> states) {
    return states.isEmpty()
        ? ""
        : new TreeMap<>(states)
            .entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String size(long bytes) {
    return bytes >= 999_950_000
        ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
        : bytes >= 99_950 || bytes == 0
            ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
            : String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
  }
}
