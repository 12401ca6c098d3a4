package dev.vast4j.internal.call;

import dev.vast4j.observe.CallObserver.Outcome;

/** How an attempt ended; {@link RetryRule} says what comes after each. */
enum AttemptOutcome {
  /** With the value. */
  ANSWERED(Outcome.OK),

  /** The function threw. */
  REMOTE_ERROR(Outcome.REMOTE_ERROR),

  /** There was no connection. */
  UNREACHABLE(Outcome.NOT_SENT),

  /** The request was not sent whole, or the worker's certificate is not trusted. */
  CUT_OFF(Outcome.NOT_SENT),

  /** 429: the worker's queue is too long, or it is not ready, or ends. */
  BUSY(Outcome.BUSY),

  /** A connection that had served before broke before there was an answer. */
  STALE(Outcome.LOST),

  /** The connection or the answer broke, 408, 499, 5xx, or something that is no worker answered. */
  LOST(Outcome.LOST),

  /** The worker did not answer in its time. */
  OVERDUE(Outcome.LOST),

  /** 410 in a session. */
  SESSION_CLOSED(Outcome.SESSION_CLOSED),

  /** Any other status: 401, 422 … */
  REFUSED(Outcome.REFUSED),

  /** The arguments cannot be encoded, or the answer is of another type. */
  FAILED(Outcome.FAILED);

  private final Outcome outcome;

  AttemptOutcome(Outcome outcome) {
    this.outcome = outcome;
  }

  /** Whether what was called, a worker or a session on it, was there. */
  boolean reached() {
    return this != UNREACHABLE && this != CUT_OFF && this != SESSION_CLOSED;
  }

  /** What observers are told. */
  Outcome outcome() {
    return outcome;
  }
}
