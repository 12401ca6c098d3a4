package dev.vast4j.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The watchdog process: outlives a killed engine just long enough to end its workers and delete its
 * temporary folder.
 *
 * <p>It reads lines from standard input: {@code + <pid> <start time in ms>} when a worker starts,
 * {@code - <pid>} when one ends. At the end of the input, when the engine is gone, it kills the
 * remaining workers with their descendants and strays, and deletes the folder if told to. It needs
 * only the JDK and is one class file, so that it runs from a copy of that file.
 */
final class Reaper {
  /** The variable with a worker's folder, inherited by everything that the worker starts. */
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
    // An interrupt from the terminal reaches this process too: stay until the work is done.
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

  /**
   * Kills a worker's process and its descendants, unless its id now belongs to another process: one
   * that started at another time or, where that can be seen, whose environment names no folder of a
   * worker.
   */
  static void kill(long pid, long startMillis) {
    ProcessHandle.of(pid)
        .filter(process -> isSame(process, startMillis))
        .filter(process -> mayBeWorker(Path.of("/proc", Long.toString(pid), "environ")))
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
   * Kills strays: processes that workers with folders in this one, or the worker whose folder it
   * is, left behind. They are nobody's descendants any more, so their environment identifies them.
   * Does nothing without {@code /proc}.
   */
  static void killStrays(Path folder) {
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        // First, since a handle does not kill a later process that got the same id.
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (pid != self && isIn(folder, process.resolve("environ"))) {
          handle.ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // without /proc, descendants are all there is to see
    }
  }

  private static boolean mayBeWorker(Path environment) {
    try {
      return variables(environment).anyMatch(variable -> variable.startsWith(ROOT + "="));
    } catch (NoSuchFileException e) {
      return !Files.isDirectory(Path.of("/proc", "self")); // no such system, or it has ended
    } catch (IOException e) {
      return false; // it belongs to somebody else
    }
  }

  private static Stream<String> variables(Path environment) throws IOException {
    return Stream.of(Files.readString(environment, StandardCharsets.ISO_8859_1).split("\0", -1));
  }

  private static boolean isIn(Path folder, Path environment) {
    String root = ROOT + "=" + folder;
    try {
      String own = new String(root.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      return variables(environment)
          .anyMatch(variable -> variable.equals(own) || variable.startsWith(own + "/"));
    } catch (IOException e) {
      return false; // it ended or belongs to somebody else
    }
  }

  private static boolean isSame(ProcessHandle process, long startMillis) {
    return process
        .info()
        .startInstant()
        // Sources of the start time differ in granularity.
        .map(start -> Math.abs(start.toEpochMilli() - startMillis) < 2000)
        // Better a worker that stays than somebody else's process that ends.
        .orElse(false);
  }

  /** Deletes a folder, retrying while a process just killed still writes. */
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
