package dev.vast4j.internal.call;

import java.util.concurrent.CancellationException;

/** Why a call was ended from this side. */
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
