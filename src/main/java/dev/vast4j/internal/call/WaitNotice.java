package dev.vast4j.internal.call;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that calls wait for a ready worker: once, however many calls wait, until one of them gets a
 * worker. Thread-safe.
 */
final class WaitNotice {
  private static final Logger log = LoggerFactory.getLogger(WaitNotice.class);

  private final AtomicBoolean said = new AtomicBoolean();

  /**
   * Notes that a call has waited for a while.
   *
   * @param status what the engine says about its workers, or an empty string
   */
  void waiting(String function, String status) {
    if (said.compareAndSet(false, true)) {
      log.info(
          "'{}' waits for a ready worker{}", function, status.isEmpty() ? "" : " (" + status + ")");
    }
  }

  /** Notes that a call got its worker. */
  void routed() {
    // Read first: every call passes here, and it is seldom set.
    if (said.get()) {
      said.set(false);
    }
  }
}
