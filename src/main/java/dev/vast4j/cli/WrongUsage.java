package dev.vast4j.cli;

import org.jspecify.annotations.Nullable;

/** A command line that cannot be meant. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
