package dev.vast4j.api;

import java.util.List;

/**
 * Finds what is new in a log that is read again and again and keeps only its last lines. Not
 * thread-safe.
 */
public final class LogWindow {
  private List<String> before = List.of();

  /** Creates a window for which every line is new. */
  public LogWindow() {}

  /**
   * Compares a read of the log with the one before. When the log has dropped all lines of the
   * earlier read, every line is new. A last line that was incomplete is returned again once it has
   * grown.
   *
   * @param now the log's lines, oldest first
   * @return the new lines: those after the longest end of the earlier read that starts this one
   */
  public List<String> fresh(List<String> now) {
    List<String> earlier = before;
    before = List.copyOf(now);
    for (int gone = Math.max(0, earlier.size() - now.size()); gone < earlier.size(); gone++) {
      int kept = earlier.size() - gone;
      if (!now.subList(0, kept - 1).equals(earlier.subList(gone, earlier.size() - 1))) {
        continue;
      }
      String last = earlier.get(earlier.size() - 1);
      if (now.get(kept - 1).equals(last)) {
        return now.subList(kept, now.size());
      }
      if (!last.isEmpty() && now.get(kept - 1).startsWith(last)) {
        return now.subList(kept - 1, now.size());
      }
    }
    return now;
  }
}
