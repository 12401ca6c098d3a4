package dev.vast4j.internal.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for futures and acts when they are done. */
final class Futures {
  private static final Logger log = LoggerFactory.getLogger(Futures.class);

  private Futures() {}

  /** Waits; throws what the future failed with, without a wrapper. */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        failure.addSuppressed(new Throwable("waited for here"));
        throw failure;
      }
      throw e;
    }
  }

  /** Runs the action with the failure, or null, when the future is done. */
  static void onDone(CompletableFuture<?> future, Consumer<@Nullable Throwable> action) {
    var unused =
        future.whenComplete(
            (value, failure) -> {
              try {
                action.accept(failure);
              } catch (RuntimeException e) {
                // Would be lost in the dependent future, which nobody has.
                log.warn("An action after the end of a call failed", e);
              }
            });
  }
}
