package dev.vast4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.TextTable;

/** Rows under headings, in columns as wide as their widest text. Not thread-safe. */
final class Table {
  private static final int GAP = 2;
  private static final String RIGHT = ">";

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
    String plain = Objects.toString(cell, "");
    return plain.isEmpty()
        ? colours.apply("-", List.of(Style.faint))
        : colours.apply(plain, List.of());
  }

  @Override
  public String toString() {
    int[] widths = new int[right.length];
    for (Text[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].plainString().length() + GAP);
      }
    }
    TextTable table = TextTable.forColumnWidths(colours, widths);
    for (Text[] row : rows) {
      Text[] aligned = row.clone();
      for (int i = 0; i < widths.length; i++) {
        int padding = widths[i] - GAP - row[i].plainString().length();
        if (right[i]) {
          aligned[i] = colours.text(" ".repeat(padding)).concat(row[i]);
        }
      }
      table.addRowValues(aligned);
    }
    return table.toString().stripTrailing();
  }
}
