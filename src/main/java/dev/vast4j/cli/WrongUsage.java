package dev.vast4j.cli;

import org.jspecify.annotations.Nullable;

/** An invalid command line. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
