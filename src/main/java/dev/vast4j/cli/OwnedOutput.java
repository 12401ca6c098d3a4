package dev.vast4j.cli;

import java.io.PrintStream;

/**
 * Keeps standard output for the command: what a program and its libraries print goes to standard
 * error.
 */
final class OwnedOutput {
  private final PrintStream before;
  private final boolean lasting;

  private OwnedOutput(PrintStream before, boolean lasting) {
    this.before = before;
    this.lasting = lasting;
  }

  static OwnedOutput of(Console console) {
    OwnedOutput owned = new OwnedOutput(System.out, console.out() == System.out);
    System.setOut(console.err());
    return owned;
  }

  /** Restores it, unless the process ends with the command: a thread may still print. */
  void restore() {
    if (!lasting) {
      System.setOut(before);
    }
  }
}
