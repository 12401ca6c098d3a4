package dev.vast4j.internal.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * Fake time: a wait is recorded and advances the clock at once. The watch's ticks happen in real
 * time.
 */
public final class FakeTiming implements Timing {
  private final Timing real = Timing.system();
  private final AtomicLong ahead = new AtomicLong();
  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final List<Object> held = new CopyOnWriteArrayList<>();
  private volatile boolean holding;
  private volatile boolean timeless;
  private volatile DoubleSupplier random = () -> 0.5;

  /** Returns the waits so far, in order. */
  public List<Duration> waits() {
    return waits;
  }

  public void random(DoubleSupplier random) {
    this.random = random;
  }

  public void advance(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  @Override
  public long nanoTime() {
    return real.nanoTime() + ahead.get();
  }

  @Override
  public Instant now() {
    return real.now().plusNanos(ahead.get());
  }

  @Override
  public double random() {
    return random.getAsDouble();
  }

  @Override
  public void sleep(Duration time) {
    waits.add(time);
    advance(time);
  }

  /**
   * Stops waits from advancing the clock: with many concurrent calls, each would otherwise age by
   * the waits of all.
   */
  public void waitsTakeNoTime() {
    timeless = true;
  }

  /** Holds back everything that is scheduled from now on. */
  public void hold() {
    holding = true;
  }

  /** Returns how many held tasks were not cancelled. */
  public int held() {
    return held.size();
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    if (delay.equals(Watch.TICK)) {
      return real.schedule(delay, task);
    }
    waits.add(delay);
    if (holding) {
      Object task0 = new Object();
      held.add(task0);
      return () -> held.remove(task0);
    }
    if (!timeless) {
      advance(delay);
    }
    return real.schedule(Duration.ZERO, task);
  }

  @Override
  public void close() {
    real.close();
  }
}
