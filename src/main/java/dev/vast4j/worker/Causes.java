package dev.vast4j.worker;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Finds and describes the exception behind the wrappers that the JDK puts around it. */
final class Causes {
  private Causes() {}

  /** {@return the exception that a future failed with, without the future's wrappers} */
  static Throwable unwrap(Throwable failure) {
    Throwable at = failure;
    while ((at instanceof CompletionException || at instanceof ExecutionException)
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  /** {@return class and message, on one line} */
  static String describe(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getName();
    return message == null || message.isBlank()
        ? name
        : name + ": " + message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
