package dev.vast4j.local;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** What a worker prints: kept in a file of bounded size and, its end, in memory. Thread-safe. */
final class WorkerLog {
  private static final int LINES = 500;
  private static final int LINE_LENGTH = 4000;
  private static final long FILE_BYTES = 8L << 20;

  private final Path file;
  private final Consumer<String> listener;
  private final Deque<String> last = new ArrayDeque<>();
  private long written;

  WorkerLog(Path file, Consumer<String> listener) {
    this.file = file;
    this.listener = listener;
  }

  /** Reads until the process closes its output. */
  void pump(InputStream output) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line.length() > LINE_LENGTH ? line.substring(0, LINE_LENGTH) + "…" : line);
      }
    } catch (IOException e) {
      // The stream of a killed process ends like this; what it printed before is kept.
      add("(output ended: " + e.getMessage() + ")");
    }
  }

  void add(String line) {
    synchronized (last) {
      if (last.size() == LINES) {
        last.removeFirst();
      }
      last.addLast(line);
    }
    write(line);
    listener.accept(line);
  }

  // Only this worker's own threads write here, one at a time.
  private synchronized void write(String line) {
    try {
      if (written > FILE_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
        written = 0;
      }
      try (BufferedWriter writer =
          Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        writer.write(line);
        writer.write('\n');
      }
      written += line.length() + 1L;
    } catch (IOException e) {
      listener.accept("(log file: " + e.getMessage() + ")");
    }
  }

  List<String> tail(int count) {
    synchronized (last) {
      return last.stream().skip(Math.max(0, last.size() - count)).toList();
    }
  }
}
