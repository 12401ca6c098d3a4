package dev.vast4j.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The watchdog: a process of its own that outlives a killed engine just long enough to end the
 * engine's workers and delete its temporary folder.
 *
 * <p>It reads lines from standard input: {@code + <pid> <start time in ms>} for a worker that
 * started, {@code - <pid>} for one that ended. At the end of the input, which is when the engine is
 * gone, it kills what is left, with all descendants and what these left behind, and deletes the
 * folder when it is told to. It uses nothing but the JDK, and is one class file, so that it can be
 * started from a copy of that.
 */
final class Reaper {
  /** The variable that names a worker's folder to all that the worker starts. */
  static final String ROOT = "VAST4J_ROOT";

  private Reaper() {}

  /**
   * Runs the watchdog.
   *
   * @param arguments the folder with the workers' folders; the folder to delete at the end, if any
   * @throws Exception when standard input cannot be read
   */
  public static void main(String[] arguments) throws Exception {
    Thread main = Thread.currentThread();
    // An interrupt from the terminal reaches this process too: hold out until the work is done.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> join(main), "reaper-hook"));
    Map<Long, Long> workers = new LinkedHashMap<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[0].equals("+")) {
        workers.put(Long.valueOf(words[1]), Long.valueOf(words[2]));
      } else if (words.length == 2 && words[0].equals("-")) {
        workers.remove(Long.valueOf(words[1]));
      }
    }
    workers.forEach(Reaper::kill);
    killStrays(Path.of(arguments[0]));
    if (arguments.length > 1) {
      delete(Path.of(arguments[1]));
    }
  }

  private static void join(Thread main) {
    try {
      main.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills a process and all of its descendants, if it is still the one that was meant. */
  static void kill(long pid, long startMillis) {
    ProcessHandle.of(pid)
        .filter(process -> isSame(process, startMillis))
        .ifPresent(
            process -> {
              ProcessHandle[] tree = process.descendants().toArray(ProcessHandle[]::new);
              process.destroyForcibly();
              for (ProcessHandle child : tree) {
                child.destroyForcibly();
              }
            });
  }

  /**
   * Kills what workers with folders in this one started, or the worker whose folder it is, and left
   * behind: no longer anybody's descendant, it is known by its environment. Does nothing where
   * there is no {@code /proc} to read that from.
   */
  static void killStrays(Path folder) {
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        if (pid != self && isIn(folder, process.resolve("environ"))) {
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // descendants were all there was to see
    }
  }

  private static boolean isIn(Path folder, Path environment) {
    String root = ROOT + "=" + folder;
    try {
      String text = Files.readString(environment, StandardCharsets.ISO_8859_1);
      String own = new String(root.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      for (String variable : text.split("\0", -1)) {
        if (variable.equals(own) || variable.startsWith(own + "/")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // it has ended, or is somebody else's
    }
  }

  private static boolean isSame(ProcessHandle process, long startMillis) {
    return process
        .info()
        .startInstant()
        // The clock's granularity differs between the places this is read from.
        .map(start -> Math.abs(start.toEpochMilli() - startMillis) < 2000)
        .orElse(true);
  }

  /** Deletes a folder; a process that was just killed may still be writing, so it tries again. */
  private static void delete(Path folder) throws InterruptedException {
    for (int attempt = 0; attempt < 20 && Files.exists(folder); attempt++) {
      try {
        deleteTree(folder);
      } catch (IOException | UncheckedIOException e) {
        Thread.sleep(100);
      }
    }
  }

  static void deleteTree(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
