package dev.vast4j.internal.deploy;

import dev.vast4j.internal.terminal.Printable;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last line of a terminal, which changes in place. While a line is shown, a thread keeps its
 * elapsed time current, and the end of the program, such as by Ctrl-C, clears it. Thread-safe.
 */
final class LiveLine {
  /** Clears the line, which the next text overwrites. */
  private static final String ERASE = "\r\u001b[2K";

  private static final long TICK = TimeUnit.SECONDS.toNanos(1);

  /** The terminal may be resized at any time; asking for its width runs a process. */
  private static final long WIDTH_VALID = TimeUnit.SECONDS.toNanos(3);

  private static final int USUAL_WIDTH = 80;

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final Supplier<OptionalInt> measure;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hidden = lock.newCondition();
  private @Nullable String shown;
  private long since;
  private @Nullable Thread ticker;
  private @Nullable Thread atEnd;
  private int width;
  private long measuredAt;

  LiveLine(PrintStream out, LongSupplier nanoTime, Supplier<OptionalInt> measure) {
    this.out = out;
    this.nanoTime = nanoTime;
    this.measure = measure;
  }

  /** Shows a text in place of the one shown, with the time since a moment. */
  void show(String text, long since) {
    lock.lock();
    try {
      this.shown = text;
      this.since = since;
      draw(text);
      if (ticker == null) {
        ticker = new Thread(this::tick, "vast4j-progress");
        ticker.setDaemon(true);
        ticker.start();
        clearAtEnd();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Clears the line and ends its thread. */
  void clear() {
    Thread hook;
    lock.lock();
    try {
      erase();
      hook = atEnd;
      atEnd = null;
    } finally {
      lock.unlock();
    }
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // the program is ending
      }
    }
  }

  private void erase() {
    if (shown != null) {
      shown = null;
      ticker = null;
      hidden.signalAll();
      out.print(ERASE);
      out.flush();
    }
  }

  private void clearAtEnd() {
    Thread hook = new Thread(this::atEnd, "vast4j-progress-end");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      atEnd = hook;
    } catch (IllegalStateException e) {
      atEnd = null; // the program is ending
    }
  }

  private void atEnd() {
    lock.lock();
    try {
      erase();
    } finally {
      lock.unlock();
    }
  }

  private void tick() {
    lock.lock();
    try {
      while (Thread.currentThread() == ticker) {
        hidden.awaitNanos(TICK);
        String text = shown;
        if (text != null && Thread.currentThread() == ticker) {
          draw(text);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void draw(String text) {
    long now = nanoTime.getAsLong();
    if (width == 0 || now - measuredAt > WIDTH_VALID) {
      width = measure.get().orElse(USUAL_WIDTH);
      measuredAt = now;
    }
    long elapsed = now - since;
    String time = elapsed >= TICK ? " " + seconds(elapsed) : "";
    // One column stays free: a line that wraps can't be overwritten.
    out.print(ERASE + Printable.cut(text, Math.max(1, width - 1 - time.length())) + time);
    out.flush();
  }

  /** {@return a time for people, such as 0.4 s, 12 s or 3 min 5 s} */
  static String seconds(long nanos) {
    double seconds = nanos / 1e9;
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }
}
