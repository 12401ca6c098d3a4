package dev.vast4j.internal.call;

import java.time.Instant;

/** A session: calls pinned to one worker. Thread-safe. */
public final class SessionHandle implements AutoCloseable {
  private SessionHandle() {}

  /** The session's id, 13 letters and digits. */
  public String id() {
    throw new UnsupportedOperationException();
  }

  /** URL of the worker. */
  public String worker() {
    throw new UnsupportedOperationException();
  }

  /** When the worker ends the session unless a call comes before, as far as is known here. */
  public Instant expiration() {
    throw new UnsupportedOperationException();
  }

  /** Asks the worker whether the session is open. Blocks. */
  public boolean healthy() {
    throw new UnsupportedOperationException();
  }

  /** Whether the session has not been closed here or found closed. Does not block. */
  public boolean open() {
    throw new UnsupportedOperationException();
  }

  /** What a proxy of this session calls. */
  public Invoker invoker(CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /** Ends the session on its worker, which cancels its calls in flight. Idempotent; blocks. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
