package dev.vast4j.launcher;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something could not be fetched; the message names it and says what to do. */
final class FetchFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  FetchFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
