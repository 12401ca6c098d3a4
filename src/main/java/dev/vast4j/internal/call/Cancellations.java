package dev.vast4j.internal.call;

import java.util.concurrent.CancellationException;

/** Exceptions of calls that this side ended. */
final class Cancellations {
  private Cancellations() {}

  static CancellationException closed() {
    return new CancellationException("the deployment or its connection was closed");
  }

  static CancellationException interrupted(String function, InterruptedException cause) {
    CancellationException cancelled =
        new CancellationException("interrupted while calling '" + function + "'");
    cancelled.initCause(cause);
    return cancelled;
  }
}
