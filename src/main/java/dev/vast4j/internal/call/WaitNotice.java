package dev.vast4j.internal.call;

import dev.vast4j.internal.http.ErrorBody;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever reads the log why calls take long: there is no ready worker yet. Says so once,
 * however many calls wait, until one of them got a worker. Thread-safe.
 */
final class WaitNotice {
  private static final Logger log = LoggerFactory.getLogger(WaitNotice.class);

  private final AtomicBoolean said = new AtomicBoolean();

  /**
   * A call has waited for a while.
   *
   * @param status the engine's words about its workers, empty when it gave none
   */
  void waiting(String function, String status) {
    if (said.compareAndSet(false, true)) {
      log.info(
          "'{}' waits for a ready worker{}",
          function,
          status.isEmpty() ? "" : " (" + ErrorBody.shorten(status) + ")");
    }
  }

  /** A call got its worker. */
  void routed() {
    // Read first: it is seldom set, and every call comes by.
    if (said.get()) {
      said.set(false);
    }
  }
}
