package dev.vast4j.worker;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What exceptions mean, under the wrappers that the JDK puts around them. */
final class Failures {
  private Failures() {}

  /** The failure of a future, without what the future wrapped it in. */
  static Throwable unwrapFuture(Throwable failure) {
    Throwable at = failure;
    while ((at instanceof CompletionException || at instanceof ExecutionException)
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  /** Class and message, on one line. */
  static String describe(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getName();
    return message == null || message.isBlank()
        ? name
        : name + ": " + message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
