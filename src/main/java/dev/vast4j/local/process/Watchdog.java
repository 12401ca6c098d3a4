package dev.vast4j.local.process;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the {@link Reaper} and reports running workers to it, and to a file that a later engine
 * reads. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private final Process reaper;
  private final OutputStream toReaper;
  private final Path list;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Long> running = new LinkedHashMap<>();

  private Watchdog(Process reaper, Path list) {
    this.reaper = reaper;
    this.toReaper = reaper.getOutputStream();
    this.list = list;
  }

  public static Watchdog start(Home home) {
    try {
      Path classes = home.folder().resolve("reaper");
      Path copy = classes.resolve(Reaper.class.getName().replace('.', '/') + ".class");
      Files.createDirectories(classes.resolve(Reaper.class.getPackageName().replace('.', '/')));
      try (InputStream in = Reaper.class.getResourceAsStream("Reaper.class")) {
        if (in == null) {
          throw new LocalEngineException("the watchdog's class file is missing", null);
        }
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      ProcessBuilder builder =
          new ProcessBuilder(
              ProcessHost.java(),
              "-Xshare:auto",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xmx16m",
              "-cp",
              classes.toString(),
              Reaper.class.getName(),
              home.workers().toString());
      if (home.temporary()) {
        builder.command().add(home.folder().toString());
      }
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return new Watchdog(builder.start(), home.pids());
    } catch (IOException e) {
      throw new LocalEngineException("the watchdog process could not be started", e);
    }
  }

  void watch(Process process) {
    long start = process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
    tell("+ " + process.pid() + " " + start + "\n", () -> running.put(process.pid(), start));
  }

  void forget(Process process) {
    tell("- " + process.pid() + "\n", () -> running.remove(process.pid()));
  }

  private void tell(String line, Runnable change) {
    lock.lock();
    try {
      change.run();
      StringBuilder text = new StringBuilder();
      running.forEach((pid, start) -> text.append(pid).append(' ').append(start).append('\n'));
      Files.writeString(list, text);
      toReaper.write(line.getBytes(StandardCharsets.UTF_8));
      toReaper.flush();
    } catch (IOException e) {
      LOG.warn("cannot reach the watchdog: {}", e.toString());
    } finally {
      lock.unlock();
    }
  }

  /** Ends the watchdog, which kills every worker not reported as ended. */
  @Override
  public void close() {
    try {
      toReaper.close();
      if (!reaper.waitFor(5, TimeUnit.SECONDS)) {
        reaper.destroyForcibly();
      }
    } catch (IOException e) {
      reaper.destroyForcibly();
    } catch (InterruptedException e) {
      reaper.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
