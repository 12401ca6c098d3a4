package dev.vast4j.api;

import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retries with back-off and full jitter until success, a final failure or the time-out. */
final class Retry {
  private static final Logger log = LoggerFactory.getLogger(Retry.class);

  /** One exchange. */
  @FunctionalInterface
  interface Try<T> {
    /**
     * Tries once.
     *
     * @param attempt from 1
     */
    T once(int attempt) throws Failed;
  }

  /** An exchange that failed. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean again;
    private final transient Duration atLeast;
    private final transient java.util.function.IntFunction<VastException> report;

    /**
     * Creates the failure.
     *
     * @param again whether a retry may help and does no harm
     * @param atLeast the shortest wait before it
     * @param report creates the exception to throw from the number of tries
     */
    Failed(boolean again, Duration atLeast, java.util.function.IntFunction<VastException> report) {
      super(null, null, false, false);
      this.again = again;
      this.atLeast = atLeast;
      this.report = report;
    }
  }

  private final Timing timing;
  private final Backoff backoff;
  private final Duration timeout;
  private final int attempts;

  /**
   * Creates the policy.
   *
   * @param timeout no try starts later than this after the first
   * @param attempts the most tries
   */
  Retry(Timing timing, Backoff backoff, Duration timeout, int attempts) {
    this.timing = timing;
    this.backoff = backoff;
    this.timeout = timeout;
    this.attempts = attempts;
  }

  <T> T run(String operation, Try<T> exchange) {
    long start = timing.nanoTime();
    for (int attempt = 1; ; attempt++) {
      Failed failed;
      try {
        return exchange.once(attempt);
      } catch (Failed e) {
        failed = e;
      }
      VastException report = failed.report.apply(attempt);
      Duration wait = backoff.after(attempt, timing.random()).plus(failed.atLeast);
      Duration left = timeout.minusNanos(timing.nanoTime() - start);
      if (!failed.again || attempt >= attempts || wait.compareTo(left) >= 0) {
        throw report;
      }
      log.debug("{}; retrying in {} ms", report.getMessage(), wait.toMillis());
      try {
        timing.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        e.addSuppressed(report);
        throw new ServiceUnreachableException(operation, attempt, e);
      }
    }
  }
}
