package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MemoryReserveTest {
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private final AtomicLong time = new AtomicLong();
  private final Semaphore takenAgain = new Semaphore(0);
  private final Semaphore exhausted = new Semaphore(0);
  private volatile boolean low;

  private final MemoryReserve.Heap heap =
      new MemoryReserve.Heap() {
        @Override
        public byte[][] reserve() {
          if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("still");
          }
          if (taken.incrementAndGet() > 1) {
            takenAgain.release();
          }
          return new byte[1][1];
        }

        @Override
        public boolean low() {
          return low;
        }

        @Override
        public long nanoTime() {
          return time.get();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
          time.addAndGet(pause.toNanos());
          TimeUnit.MICROSECONDS.sleep(100);
        }
      };

  private MemoryReserve reserve() {
    return new MemoryReserve(heap, exhausted::release);
  }

  @Test
  void takesItsMemoryAgainAfterAnError() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      failing.set(19);
      reserve.check(new IllegalStateException(new RuntimeException(new OutOfMemoryError("x"))));
      assertThat(takenAgain.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      assertThat(exhausted.availablePermits()).isZero();
    }
  }

  @Test
  void saysWhenMemoryStaysExhausted() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      failing.set(1000);
      reserve.check(new OutOfMemoryError("x"));
      assertThat(exhausted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A JVM that only collects garbage throws no error for a long time. */
  @Test
  void saysWhenTheHeapStaysFullWithoutAnError() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      failing.set(1000);
      low = true;
      assertThat(exhausted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reserve.insist(() -> {})).isTrue();
    }
  }

  @Test
  void garbageDoesNotCountAsFull() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      low = true;
      assertThat(takenAgain.tryAcquire(100, 10, TimeUnit.SECONDS)).isTrue();
      assertThat(exhausted.availablePermits()).isZero();
      assertThat(reserve.insist(() -> {})).isTrue();
    }
  }

  @Test
  void otherFailuresLeaveItAlone() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      reserve.check(new StackOverflowError());
      reserve.check(null);
      assertThat(takenAgain.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  @Test
  void insistsOnAStepThatHasToBeDone() {
    try (MemoryReserve reserve = reserve()) {
      AtomicInteger runs = new AtomicInteger();
      Runnable step =
          () -> {
            if (runs.incrementAndGet() < 53) {
              throw new OutOfMemoryError("x");
            }
          };
      Thread.currentThread().interrupt();
      assertThat(reserve.insist(step)).isFalse();
      assertThat(reserve.insist(step)).isTrue();
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
