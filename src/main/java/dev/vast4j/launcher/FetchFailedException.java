package dev.vast4j.launcher;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file could not be fetched. The message names the file and the fix. */
final class FetchFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  FetchFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
