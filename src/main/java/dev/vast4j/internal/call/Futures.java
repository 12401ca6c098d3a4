package dev.vast4j.internal.call;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done when something ends. */
final class Futures {
  private static final Logger log = LoggerFactory.getLogger(Futures.class);

  private Futures() {}

  /** Runs the action with the failure, or null, when the future is done. */
  static void onDone(CompletableFuture<?> future, Consumer<@Nullable Throwable> action) {
    var unused =
        future.whenComplete(
            (value, failure) -> {
              try {
                action.accept(failure);
              } catch (RuntimeException e) {
                // Would be lost in the dependent future, which nobody has.
                log.warn("after the end of a call", e);
              }
            });
  }
}
