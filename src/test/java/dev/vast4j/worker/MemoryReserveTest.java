package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MemoryReserveTest {
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private final Semaphore takenAgain = new Semaphore(0);
  private final Semaphore exhausted = new Semaphore(0);

  private byte[][] allocate() {
    if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new OutOfMemoryError("still");
    }
    if (taken.incrementAndGet() > 1) {
      takenAgain.release();
    }
    return new byte[1][1];
  }

  private MemoryReserve reserve() {
    return new MemoryReserve(this::allocate, time -> {}, exhausted::release);
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

  @Test
  void otherFailuresLeaveItAlone() throws Exception {
    try (MemoryReserve reserve = reserve()) {
      reserve.check(new StackOverflowError());
      reserve.check(null);
      assertThat(takenAgain.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
