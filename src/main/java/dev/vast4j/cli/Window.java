package dev.vast4j.cli;

import java.util.List;

/** Compares two reads of a log that keeps only its last lines. */
final class Window {
  private Window() {}

  /**
   * {@return the new lines: those after the longest end of the old read that starts the new one}
   */
  static List<String> fresh(List<String> before, List<String> now) {
    for (int gone = Math.max(0, before.size() - now.size()); gone < before.size(); gone++) {
      List<String> kept = before.subList(gone, before.size());
      if (now.subList(0, kept.size()).equals(kept)) {
        return now.subList(kept.size(), now.size());
      }
    }
    return now;
  }
}
