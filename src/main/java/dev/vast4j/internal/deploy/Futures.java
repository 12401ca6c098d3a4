package dev.vast4j.internal.deploy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for futures of our own. */
final class Futures {
  private Futures() {}

  /** Waits, and throws what the future failed with, not a wrapper of it. */
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
}
