package dev.vast4j.worker;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

/**
 * The worker's log. It goes through SLF4J; when the bundle brings no provider for that, to standard
 * output, since an instance's log is all that its owner sees of a worker. Thread-safe.
 */
final class WorkerLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'", Locale.ROOT);

  private final @Nullable Logger logger;
  private final PrintStream console;

  private WorkerLog(@Nullable Logger logger, PrintStream console) {
    this.logger = logger;
    this.console = console;
  }

  static WorkerLog create() {
    Logger logger = LoggerFactory.getLogger("dev.vast4j.worker");
    return new WorkerLog(logger instanceof NOPLogger ? null : logger, System.out);
  }

  void debug(String message) {
    log(Level.DEBUG, message, null);
  }

  void info(String message) {
    log(Level.INFO, message, null);
  }

  void warn(String message) {
    log(Level.WARN, message, null);
  }

  void warn(String message, Throwable failure) {
    log(Level.WARN, message, failure);
  }

  void error(String message, Throwable failure) {
    log(Level.ERROR, message, failure);
  }

  private void log(Level level, String message, @Nullable Throwable failure) {
    if (logger != null) {
      if (logger.isEnabledForLevel(level)) {
        logger.atLevel(level).setCause(failure).log(message);
      }
      return;
    }
    if (level == Level.DEBUG) {
      return;
    }
    String line = TIME.format(LocalDateTime.now(ZoneOffset.UTC)) + " " + level + " " + message;
    if (failure == null) {
      console.println(line);
    } else {
      // One call, so that lines of other threads do not get between.
      StringWriter text = new StringWriter();
      text.append(line).append(System.lineSeparator());
      failure.printStackTrace(new PrintWriter(text, true));
      console.print(text);
    }
  }
}
