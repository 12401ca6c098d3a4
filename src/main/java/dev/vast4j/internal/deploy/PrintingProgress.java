package dev.vast4j.internal.deploy;

import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints progress as lines, or as one line that changes in place. Events arrive one after the
 * other, so no lock is needed.
 */
public final class PrintingProgress implements ProgressListener {
  private static final long LEAST_GAP = TimeUnit.SECONDS.toNanos(1);

  /** One less than the columns of a terminal. */
  private static final int LONGEST_LINE = 79;

  /** How many names of what a copy leaves out are shown. */
  private static final int SHOWN = 5;

  /** Clears the line, which the next text overwrites after a carriage return. */
  private static final String ERASE_LINE = "\u001b[2K";

  private final PrintStream out;
  private final boolean inPlace;
  private final LongSupplier nanoTime;
  private final Map<Long, String> errors = new HashMap<>();
  private String last = "";
  private long lastUpload;
  private boolean uploading;

  /** Prints to a stream, in lines or in place. */
  PrintingProgress(PrintStream out, boolean inPlace, LongSupplier nanoTime) {
    this.out = out;
    this.inPlace = inPlace;
    this.nanoTime = nanoTime;
  }

  /** See {@link ProgressListener#console()}. */
  public static PrintingProgress forConsole() {
    boolean terminal = isTerminal(System.console(), System.getenv());
    return new PrintingProgress(terminal ? System.out : System.err, terminal, System::nanoTime);
  }

  /** See {@link ProgressListener#printing}. */
  public static PrintingProgress inLines(PrintStream out) {
    return new PrintingProgress(out, false, System::nanoTime);
  }

  static boolean isTerminal(@Nullable Console console, Map<String, String> environment) {
    return console != null
        && knowsTerminal(console)
        && !"dumb".equals(environment.get("TERM"))
        && !environment.containsKey("CI");
  }

  /** Since JDK 22 a console may exist without a terminal. */
  private static boolean knowsTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  @Override
  public void on(Progress progress) {
    if (!due(progress)) {
      return;
    }
    if (progress instanceof Progress.AwaitingWorkers waiting) {
      new TreeMap<>(waiting.errors()).forEach(this::error);
    }
    String text = text(progress);
    if (text.equals(last)) {
      return;
    }
    last = text;
    if (!inPlace) {
      out.println(text);
    } else if (progress instanceof Progress.Deployed || progress instanceof Progress.WorkersReady) {
      out.println(ERASE_LINE + text);
    } else {
      out.print(ERASE_LINE + cut(text) + "\r");
      out.flush();
    }
  }

  /** Prints a worker's error once, in a line of its own that stays. */
  private void error(long worker, String text) {
    if (!text.equals(errors.put(worker, text))) {
      out.println((inPlace ? ERASE_LINE : "") + "worker " + worker + " failed: " + text.strip());
      last = "";
    }
  }

  /** Shortens a line so that it doesn't wrap: a wrapped line can't be overwritten. */
  private static String cut(String text) {
    return text.length() <= LONGEST_LINE ? text : text.substring(0, LONGEST_LINE - 1) + "…";
  }

  private static String text(Progress progress) {
    if (progress instanceof Progress.Planning planning) {
      return "planning the bundle of " + planning.deployment();
    } else if (progress instanceof Progress.LeftOut left) {
      return "leaving out %s (%,d files, %s MB)"
          .formatted(names(left.paths()), left.files(), megabytes(left.bytes()));
    } else if (progress instanceof Progress.Packing packing) {
      return "packing " + packing.files() + " files";
    } else if (progress instanceof Progress.Registering registering) {
      return "registering with " + registering.service();
    } else if (progress instanceof Progress.Uploading upload) {
      return uploading("", upload.sent(), upload.total());
    } else if (progress instanceof Progress.UploadingAsset upload) {
      return uploading(upload.destination() + ": ", upload.sent(), upload.total());
    } else if (progress instanceof Progress.Deployed deployed) {
      return "deployed " + deployed.deployment() + ": " + deployed.tier().description();
    } else if (progress instanceof Progress.AwaitingWorkers waiting) {
      return "waiting for workers: "
          + waiting.ready()
          + " of "
          + waiting.wanted()
          + " ready"
          + states(waiting.states());
    } else if (progress instanceof Progress.WorkersReady ready) {
      return "%s ready; benchmark: workload of %s a second"
          .formatted(
              ready.ready() == 1 ? "1 worker is" : ready.ready() + " workers are",
              String.format(Locale.ROOT, "%,.0f", ready.perf()));
    }
    throw new IllegalArgumentException("no text for " + progress.getClass());
  }

  /** Uploads report very often; prints their start, their end, and once a second. */
  private boolean due(Progress progress) {
    if (progress instanceof Progress.Uploading upload) {
      return due(upload.sent(), upload.total());
    } else if (progress instanceof Progress.UploadingAsset upload) {
      return due(upload.sent(), upload.total());
    }
    return true;
  }

  private boolean due(long sent, long total) {
    long now = nanoTime.getAsLong();
    if (uploading && sent < total && now - lastUpload < LEAST_GAP) {
      return false;
    }
    uploading = sent < total;
    lastUpload = now;
    return true;
  }

  private static String uploading(String what, long sent, long total) {
    return "uploading " + what + megabytes(sent) + " of " + megabytes(total) + " MB";
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

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }
}
