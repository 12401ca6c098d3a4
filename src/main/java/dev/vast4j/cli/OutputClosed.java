package dev.vast4j.cli;

/** Standard output takes nothing more, so a command that would go on printing ends. */
final class OutputClosed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputClosed() {
    super("cannot write to standard output", null, false, false);
  }
}
