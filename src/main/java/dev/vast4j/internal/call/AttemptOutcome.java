package dev.vast4j.internal.call;

import dev.vast4j.observe.CallObserver.Outcome;

/** The outcome of an attempt; {@link RetryRule} decides what follows each. */
enum AttemptOutcome {
  /** The worker returned a value. */
  ANSWERED(Outcome.OK),

  /** The function threw. */
  REMOTE_ERROR(Outcome.REMOTE_ERROR),

  /** No connection could be made. */
  UNREACHABLE(Outcome.NOT_SENT),

  /** The request was not sent completely. */
  CUT_OFF(Outcome.NOT_SENT),

  /** The worker's certificate is not trusted, or the proxy refused the log-in. */
  UNTRUSTED(Outcome.NOT_SENT),

  /** 429 of our workers that says {@link dev.vast4j.internal.wire.NotRun why} it did not run. */
  BUSY(Outcome.BUSY),

  /** Any other 429: too little memory, too many large bodies or sessions, a template's own. */
  OVERLOADED(Outcome.BUSY),

  /** A reused connection broke before the answer. */
  STALE(Outcome.LOST),

  /** The connection or the answer broke off, 408, 499, 5xx, or something else answered. */
  LOST(Outcome.LOST),

  /** The worker did not answer in time. */
  OVERDUE(Outcome.LOST),

  /** 410 in a session. */
  SESSION_CLOSED(Outcome.SESSION_CLOSED),

  /** 422 to arguments with arrays as bytes, which another try sends as lists. */
  UNREAD_ARRAYS(Outcome.REFUSED),

  /** 404, 412 or 422 of a worker of another version, which may know less than this client. */
  OTHER_VERSION(Outcome.REFUSED),

  /** 422 to a call that lacks a parameter, as those of a client with an older interface do. */
  LACKS_PARAMETERS(Outcome.REFUSED),

  /** 422 of a worker of the client's version to an optional parameter that the worker lacks. */
  UNKNOWN_PARAMETERS(Outcome.REFUSED),

  /** Any other status: 401, 422 … */
  REFUSED(Outcome.REFUSED),

  /** The arguments cannot be encoded, or the answer cannot be decoded. */
  FAILED(Outcome.FAILED);

  private final Outcome outcome;

  AttemptOutcome(Outcome outcome) {
    this.outcome = outcome;
  }

  /** Whether the worker, or the session on it, exists as far as the attempt shows. */
  boolean reached() {
    return this != UNREACHABLE && this != CUT_OFF && this != SESSION_CLOSED;
  }

  /** Returns the outcome that observers get. */
  Outcome outcome() {
    return outcome;
  }
}
