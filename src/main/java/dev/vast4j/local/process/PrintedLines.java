package dev.vast4j.local.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of a worker's output, bounded in number and size. Guarded by its log. */
final class PrintedLines {
  private static final int MOST = 2_000;
  private static final int MOST_CHARACTERS = 1 << 20;

  private final Deque<ProcessHost.Line> lines = new ArrayDeque<>();
  private int characters;

  void add(ProcessHost.Line line) {
    lines.addLast(line);
    characters += line.text().length();
    while (lines.size() > MOST || (characters > MOST_CHARACTERS && lines.size() > 1)) {
      characters -= lines.removeFirst().text().length();
    }
  }

  /** {@return the texts of the last lines} */
  List<String> last(int count) {
    return lines.stream()
        .skip(Math.max(0, lines.size() - count))
        .map(ProcessHost.Line::text)
        .toList();
  }

  /** {@return the lines with a number above this} */
  List<ProcessHost.Line> after(long number) {
    return lines.stream().filter(line -> line.number() > number).toList();
  }
}
