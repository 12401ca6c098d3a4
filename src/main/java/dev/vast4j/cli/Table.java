package dev.vast4j.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows under headings, in columns as wide as their widest text. Not thread-safe. */
final class Table {
  private static final String GAP = "  ";
  private static final String NOTHING = "-";

  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  private record Column(String heading, boolean numbers) {}

  /** A text and how it looks. */
  record Cell(String text, Style style) {
    static Cell of(@Nullable Object value, Style style) {
      String text = value == null ? "" : value.toString();
      return text.isEmpty() ? new Cell(NOTHING, Style.FAINT) : new Cell(text, style);
    }

    static Cell of(@Nullable Object value) {
      return of(value, Style.PLAIN);
    }
  }

  Table text(String heading) {
    columns.add(new Column(heading, false));
    return this;
  }

  /** A column whose texts are set to the right. */
  Table numbers(String heading) {
    columns.add(new Column(heading, true));
    return this;
  }

  void row(Cell... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells, " + columns.size() + " columns");
    }
    rows.add(List.of(cells));
  }

  /** The lines, headings first; nothing is at the end of a line that cannot be seen. */
  List<String> lines(boolean colour) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).heading().length();
      for (List<Cell> row : rows) {
        String text = row.get(i).text();
        widths[i] = Math.max(widths[i], text.codePointCount(0, text.length()));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            columns.stream().map(c -> new Cell(c.heading(), Style.BOLD)).toList(), widths, colour));
    rows.forEach(row -> lines.add(line(row, widths, colour)));
    return lines;
  }

  private String line(List<Cell> cells, int[] widths, boolean colour) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      String shown = colour ? cell.style().apply(cell.text()) : cell.text();
      String padding = " ".repeat(widths[i] - cell.text().codePointCount(0, cell.text().length()));
      boolean last = i == cells.size() - 1;
      line.append(i == 0 ? "" : GAP)
          .append(columns.get(i).numbers() ? padding + shown : shown + (last ? "" : padding));
    }
    return line.toString();
  }
}
