package dev.vast4j.worker;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Finds and describes the exception behind the wrappers that the JDK puts around it. */
final class Causes {
  private Causes() {}

  /** {@return its cause, or null if asking for it fails, as it may with a user's exception} */
  static @Nullable Throwable of(Throwable failure) {
    try {
      return failure.getCause();
    } catch (Throwable e) { // the user's code
      return null;
    }
  }

  /** {@return the exception that a future failed with, without the future's wrappers} */
  static Throwable unwrap(Throwable failure) {
    Throwable at = failure;
    while (at instanceof CompletionException || at instanceof ExecutionException) {
      Throwable cause = of(at);
      if (cause == null) {
        break;
      }
      at = cause;
    }
    return at;
  }

  /** {@return class and message, on one line} */
  static String describe(Throwable failure) {
    String name = failure.getClass().getName();
    String message;
    try {
      message = failure.getMessage();
    } catch (Throwable e) { // the user's code
      return name + " (its getMessage() threw " + e.getClass().getName() + ")";
    }
    return message == null || message.isBlank()
        ? name
        : name + ": " + message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
