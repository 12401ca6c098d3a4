package dev.vast4j.internal.call;

import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.observe.CallObserver.Outcome;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Maps a call's failure to the outcome that observers get. */
final class Outcomes {
  private Outcomes() {}

  /** Returns the outcome of a call that failed with this, or succeeded if null. */
  static Outcome of(@Nullable Throwable failure) {
    if (failure == null) {
      return Outcome.OK;
    }
    if (failure instanceof CancellationException) {
      return Outcome.CANCELLED;
    }
    if (failure instanceof CallTimeoutException || failure instanceof TimeoutException) {
      return Outcome.TIMEOUT;
    }
    if (failure instanceof RemoteExecutionException) {
      return Outcome.REMOTE_ERROR;
    }
    if (failure instanceof WorkerLostException lost) {
      return lost.maybeExecuted() ? Outcome.LOST : Outcome.NOT_SENT;
    }
    if (failure instanceof WorkerBusyException) {
      return Outcome.BUSY;
    }
    if (failure instanceof CallRefusedException) {
      return Outcome.REFUSED;
    }
    return failure instanceof SessionClosedException ? Outcome.SESSION_CLOSED : Outcome.FAILED;
  }
}
