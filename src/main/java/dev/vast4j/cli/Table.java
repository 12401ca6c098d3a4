package dev.vast4j.cli;

import dev.vast4j.internal.terminal.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;

/**
 * Rows under headings, in columns as wide as their widest text, or narrower to fit the terminal.
 * Not thread-safe.
 */
final class Table {
  private static final int GAP = 2;
  private static final String RIGHT = ">";

  /** Columns are shortened to this before any gets narrower. */
  private static final int NARROW = 8;

  private final ColorScheme colours;
  private final boolean[] right;
  private final List<Text[]> rows = new ArrayList<>();

  /**
   * Creates a table without rows.
   *
   * @param headings the columns' headings; {@code >} before one aligns its column to the right
   */
  Table(ColorScheme colours, String... headings) {
    this.colours = colours;
    this.right = new boolean[headings.length];
    Text[] row = new Text[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(RIGHT);
      row[i] = colours.apply(headings[i].substring(right[i] ? 1 : 0), List.of(Style.bold));
    }
    rows.add(row);
  }

  /** Adds a row of {@link Text}s or of values; a dash stands for null and for an empty text. */
  void row(@Nullable Object... cells) {
    rows.add(Arrays.stream(cells).map(this::text).toArray(Text[]::new));
  }

  private Text text(@Nullable Object cell) {
    if (cell instanceof Text text) {
      return text;
    }
    String plain = Printable.line(Objects.toString(cell, ""));
    return plain.isEmpty()
        ? colours.apply("-", List.of(Style.faint))
        : colours.apply(plain, List.of());
  }

  /** {@return the table as wide as its texts} */
  @Override
  public String toString() {
    return toString(Integer.MAX_VALUE);
  }

  /**
   * Returns the table's lines.
   *
   * @param width the most columns of the terminal that a line may take
   */
  String toString(int width) {
    int[] widths = new int[right.length];
    for (Text[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Printable.columns(row[i].plainString()));
      }
    }
    fit(widths, width);
    StringBuilder lines = new StringBuilder();
    for (Text[] row : rows) {
      lines.append(line(row, widths)).append(System.lineSeparator());
    }
    return lines.toString().stripTrailing();
  }

  private String line(Text[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 0) {
        continue;
      }
      if (!line.isEmpty()) {
        line.append(" ".repeat(GAP));
      }
      Text cell = cut(row[i], widths[i]);
      String padding = " ".repeat(widths[i] - Printable.columns(cell.plainString()));
      line.append(right[i] ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private Text cut(Text cell, int columns) {
    String plain = cell.plainString();
    return Printable.columns(plain) <= columns
        ? cell
        : cell.substring(0, Printable.fitting(plain, columns - 1))
            .concat(colours.apply("…", List.of()));
  }

  /** Narrows the widest columns; leaves out the last ones when even that is too wide. */
  private static void fit(int[] widths, int width) {
    int kept = widths.length;
    while (kept > 1 && leastOf(widths, kept) > width) {
      kept--;
      widths[kept] = 0;
    }
    while (total(widths, kept) > width) {
      int widest = 0;
      for (int i = 1; i < kept; i++) {
        if (widths[i] > widths[widest]) {
          widest = i;
        }
      }
      if (widths[widest] <= 1) {
        return;
      }
      widths[widest]--;
    }
  }

  private static int leastOf(int[] widths, int kept) {
    return Arrays.stream(widths, 0, kept).map(w -> Math.min(w, NARROW)).sum() + GAP * (kept - 1);
  }

  private static long total(int[] widths, int kept) {
    return Arrays.stream(widths, 0, kept).asLongStream().sum() + (long) GAP * (kept - 1);
  }
}
