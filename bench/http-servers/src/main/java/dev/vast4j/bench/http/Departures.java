package dev.vast4j.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What {@code /wait} and {@code /noticed} share: one client at a time that goes away. */
final class Departures {
  private static volatile CountDownLatch gone = new CountDownLatch(1);
  private static volatile long noticedAt;

  private Departures() {}

  /** The client that waits now is gone. */
  static void notice() {
    noticedAt = System.currentTimeMillis();
    gone.countDown();
  }

  /** Waits for {@link #notice()}, as a function would compute. */
  static void await() {
    gone = new CountDownLatch(1);
    noticedAt = 0;
    try {
      gone.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      notice();
    }
  }

  /** When it was noticed, in milliseconds since 1970; 0 for not at all. */
  static byte[] report() {
    return Long.toString(noticedAt).getBytes(StandardCharsets.US_ASCII);
  }
}
