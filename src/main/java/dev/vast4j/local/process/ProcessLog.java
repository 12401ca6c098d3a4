package dev.vast4j.local.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A worker's output, in a file of bounded size; the last lines also in memory. Thread-safe. */
final class ProcessLog implements AutoCloseable {
  private static final int LINES = 500;
  private static final int PRINTED = 5;
  private static final int LINE_LENGTH = 4000;
  private static final long FILE_BYTES = 8L << 20;

  private final Path file;
  private final Redaction redaction;
  private final LineNumbers numbers;
  private final Consumer<String> listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final PrintedLines last = new PrintedLines();
  private final Deque<String> printed = new ArrayDeque<>();
  private @Nullable BufferedWriter writer;
  private long written;

  ProcessLog(Path file, Redaction redaction, LineNumbers numbers, Consumer<String> listener) {
    this.file = file;
    this.numbers = numbers;
    this.redaction = redaction;
    this.listener = listener;
  }

  /** Reads a process's output to its end. */
  void pump(InputStream output) {
    try (Reader reader =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (String line = line(reader); line != null; line = line(reader)) {
        String clean = redaction.apply(line);
        remember(clean);
        add(clean);
      }
    } catch (IOException e) {
      // The stream of a killed process ends like this.
      add("(output ended: " + e.getMessage() + ")");
    }
  }

  /** Reads a line, keeping only its start: a process may never end one. */
  private static @Nullable String line(Reader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = reader.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = reader.read()) {
      if (line.length() < LINE_LENGTH) {
        line.append((char) next);
      } else if (line.length() == LINE_LENGTH) {
        line.append('…');
      }
    }
    if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.toString();
  }

  private void remember(String line) {
    lock.lock();
    try {
      if (!line.isBlank()) {
        if (printed.size() == PRINTED) {
          printed.removeFirst();
        }
        printed.addLast(line);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what the last process printed. */
  void processStarts() {
    lock.lock();
    try {
      printed.clear();
    } finally {
      lock.unlock();
    }
  }

  /** {@return the last lines that the process itself printed} */
  List<String> lastPrinted() {
    lock.lock();
    try {
      return List.copyOf(printed);
    } finally {
      lock.unlock();
    }
  }

  void add(String line) {
    lock.lock();
    try {
      last.add(numbers.line(line));
      write(line);
    } catch (IOException e) {
      last.add(numbers.line("(log file: " + e.getMessage() + ")"));
    } finally {
      lock.unlock();
    }
    listener.accept(line);
  }

  private void write(String line) throws IOException {
    if (writer != null && written > FILE_BYTES) {
      writer.close();
      writer = null;
      Files.move(file, older(), StandardCopyOption.REPLACE_EXISTING);
      written = 0;
    }
    if (writer == null) {
      writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    writer.write(line);
    writer.write('\n');
    writer.flush();
    written += line.length() + 1L;
  }

  /** {@return the last lines} */
  List<String> lines() {
    lock.lock();
    try {
      return last.last(LINES);
    } finally {
      lock.unlock();
    }
  }

  /** {@return the lines in memory with a number above this} */
  List<ProcessHost.Line> after(long number) {
    lock.lock();
    try {
      return last.after(number);
    } finally {
      lock.unlock();
    }
  }

  private Path older() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /** Closes and deletes the file. */
  void delete() {
    close();
    Home.deleteQuietly(file);
    Home.deleteQuietly(older());
  }

  /** Closes the file; another line opens it again. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    } catch (IOException e) {
      last.add(numbers.line("(log file: " + e.getMessage() + ")"));
    } finally {
      lock.unlock();
    }
  }
}
