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

  /**
   * Carries what the user's code threw through a future, which would call the exception's methods.
   */
  static final class Carrier extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Throwable thrown;

    Carrier(Throwable thrown) {
      super("thrown by the deployment's code", null, false, false);
      this.thrown = thrown;
    }
  }

  /** {@return the exception that a future failed with, without the wrappers around it} */
  static Throwable unwrap(Throwable failure) {
    Throwable at = failure;
    while (true) {
      Throwable inner =
          at instanceof Carrier carrier
              ? carrier.thrown
              : at instanceof CompletionException || at instanceof ExecutionException
                  ? of(at)
                  : null;
      if (inner == null) {
        return at;
      }
      at = inner;
    }
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
