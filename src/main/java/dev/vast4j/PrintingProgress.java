package dev.vast4j;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Prints progress as lines. Events come one after the other, so no lock is needed. */
final class PrintingProgress implements ProgressListener {
  private static final long LEAST_GAP = TimeUnit.SECONDS.toNanos(1);

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private String last = "";
  private long lastUpload;
  private boolean uploading;

  PrintingProgress(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  @Override
  public void on(Progress progress) {
    if (progress instanceof Progress.Planning planning) {
      print("planning the bundle of " + planning.deployment());
    } else if (progress instanceof Progress.Packing packing) {
      print("packing " + packing.files() + " files");
    } else if (progress instanceof Progress.Registering registering) {
      print("registering with " + registering.url());
    } else if (progress instanceof Progress.Uploading upload) {
      upload("", upload.sent(), upload.total());
    } else if (progress instanceof Progress.UploadingAsset upload) {
      upload(upload.destination() + ": ", upload.sent(), upload.total());
    } else if (progress instanceof Progress.Deployed deployed) {
      print(
          "deployed "
              + deployed.deployment()
              + ": tier "
              + deployed.tier().level()
              + ", "
              + deployed.tier());
    } else if (progress instanceof Progress.AwaitingWorkers waiting) {
      print(
          "waiting for workers: "
              + waiting.ready()
              + " of "
              + waiting.wanted()
              + " ready"
              + states(waiting.states()));
    } else if (progress instanceof Progress.WorkersReady ready) {
      print(ready.ready() == 1 ? "1 worker is ready" : ready.ready() + " workers are ready");
    }
  }

  private void upload(String what, long sent, long total) {
    long now = nanoTime.getAsLong();
    if (!uploading || sent >= total || now - lastUpload >= LEAST_GAP) {
      uploading = sent < total;
      lastUpload = now;
      print("uploading " + what + megabytes(sent) + " of " + megabytes(total) + " MB");
    }
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

  private void print(String line) {
    if (!line.equals(last)) {
      last = line;
      out.println(line);
    }
  }
}
