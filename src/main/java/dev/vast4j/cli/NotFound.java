package dev.vast4j.cli;

/** What a command works on does not exist. */
final class NotFound extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotFound(String message, Throwable cause) {
    super(message, cause);
  }
}
