package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that waits in a {@link Lane}. Thread-safe. */
interface QueuedCall {
  /** Runs the call alone on the calling thread, to its end. */
  void runAlone();

  /**
   * Begins the call as one of a batch.
   *
   * @return false if it has been cancelled meanwhile
   */
  boolean begin(BodyRun run);

  /** {@return what it passes to the function} */
  List<@Nullable Object> arguments();

  /** Sends the result of the call that has begun. Does not throw. */
  void end(BatchResult<@Nullable Object> result);

  /** Frees what the call holds, once its batch has ended or it has not begun. */
  void released();
}
