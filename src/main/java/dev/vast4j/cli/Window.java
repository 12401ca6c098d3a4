package dev.vast4j.cli;

import java.util.List;

/** A log of which only the last lines are kept, seen twice. */
final class Window {
  private Window() {}

  /**
   * The lines that were added since: those after the longest end of the one that begins the other.
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
