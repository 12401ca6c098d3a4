package dev.vast4j.worker;

import dev.vast4j.internal.wire.StackTraceText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * The worker's log. Writes to SLF4J, or to standard output if the bundle has no SLF4J provider: an
 * instance's output is all that its owner sees of a worker. Thread-safe.
 */
final class ConsoleLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'", Locale.ROOT);

  private static final int TRACE_LENGTH = 256 << 10;

  private final Logger logger;
  private final boolean toConsole;
  private final PrintStream console = System.out;

  ConsoleLog() {
    this.logger = LoggerFactory.getLogger("dev.vast4j.worker");
    this.toConsole = logger instanceof NOPLogger;
  }

  /** Logs details, which never go to the console. */
  void debug(String message) {
    logger.debug(message);
  }

  void info(String message) {
    logger.info(message);
    print("INFO", message, null);
  }

  void warn(String message) {
    warn(message, null);
  }

  void warn(String message, @Nullable Throwable failure) {
    guarded(logger::warn, message, failure);
    print("WARN", message, failure);
  }

  void error(String message, Throwable failure) {
    guarded(logger::error, message, failure);
    print("ERROR", message, failure);
  }

  /** Logs what can be known of a failure, if its own methods throw. */
  private static void guarded(
      BiConsumer<String, @Nullable Throwable> level, String message, @Nullable Throwable failure) {
    try {
      level.accept(message, failure);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        throw e;
      }
      level.accept(message + ": " + text(failure), null);
    }
  }

  private static String text(Throwable failure) {
    return StackTraceText.of(failure, TRACE_LENGTH, Causes.describe(failure));
  }

  private void print(String level, String message, @Nullable Throwable failure) {
    if (!toConsole) {
      return;
    }
    StringWriter text = new StringWriter();
    PrintWriter lines = new PrintWriter(text);
    lines.println(TIME.format(LocalDateTime.now(ZoneOffset.UTC)) + " " + level + " " + message);
    if (failure != null) {
      lines.println(text(failure).stripTrailing());
    }
    // One call, so that other threads' lines don't get in between.
    console.print(text);
  }
}
