package dev.vast4j.local.process;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Numbers the lines of all workers in the order they came, and dates them. Thread-safe. */
final class LineNumbers {
  private final AtomicLong last = new AtomicLong();
  private final LongSupplier millis;

  LineNumbers(LongSupplier millis) {
    this.millis = millis;
  }

  ProcessHost.Line line(String text) {
    return new ProcessHost.Line(last.incrementAndGet(), millis.getAsLong(), text);
  }
}
