package dev.vast4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Draws what {@code bench/calls}, {@code bench/routes} and {@code bench/reference} print: reads
 * their output and writes an SVG for each table of growth. Of a table that is printed by several
 * runs, it draws the median and the range. Both axes are logarithmic, so that a cost which grows
 * with its cause is a line of slope one.
 */
public final class Plots {
  private static final int WIDTH = 680;
  private static final int HEIGHT = 400;
  private static final int LEFT = 80;
  private static final int RIGHT = 50;
  private static final int TOP = 75;
  private static final int BOTTOM = 60;

  /** How a value is written at an axis. */
  private enum Unit {
    COUNT,
    BYTES,
    MILLIS,
    MICROS;

    String show(double value) {
      return switch (this) {
        case COUNT -> number(value);
        case BYTES ->
            value >= 1e6
                ? number(value / 1e6) + " MB"
                : value >= 1e3 ? number(value / 1e3) + " KB" : number(value) + " B";
        case MILLIS -> value >= 1e3 ? number(value / 1e3) + " s" : number(value) + " ms";
        case MICROS -> value >= 1e3 ? number(value / 1e3) + " ms" : number(value) + " µs";
      };
    }

    private static String number(double value) {
      return value < 0.995
          ? String.format(Locale.ROOT, "%.2g", value).replaceAll("0+$", "")
          : String.format(Locale.ROOT, "%,.0f", value);
    }
  }

  /**
   * A line.
   *
   * @param header of its column
   * @param name what the legend says
   */
  private record Line(String header, String name) {}

  /**
   * A table that is drawn.
   *
   * @param file name of the SVG
   * @param title what is shown
   * @param cause header of the column that is the x axis
   * @param causes unit of the x axis
   * @param costs unit of the y axis
   * @param lines columns that are lines
   */
  private record Plot(
      String file, String title, String cause, Unit causes, Unit costs, List<Line> lines) {}

  private static final List<Plot> PLOTS =
      List.of(
          new Plot(
              "calls-in-flight",
              "Time until all calls are answered",
              "calls begun at once",
              Unit.COUNT,
              Unit.MILLIS,
              List.of(new Line("all answered after, ms", "vast4j"))),
          new Plot(
              "payload",
              "Time of a call by its size",
              "bytes there and back",
              Unit.BYTES,
              Unit.MILLIS,
              List.of(new Line("ms a call", "vast4j"))),
          new Plot(
              "workers",
              "Time to choose among workers",
              "workers",
              Unit.COUNT,
              Unit.MICROS,
              List.of(new Line("a route without HTTP, µs", "local engine"))),
          new Plot(
              "callers",
              "Calls a second",
              "callers at once",
              Unit.COUNT,
              Unit.COUNT,
              List.of(
                  new Line("vast4j, calls/s", "vast4j"),
                  new Line("reference, calls/s", "reference client"))));

  /** A table as printed. */
  private record Table(List<String> headers, List<List<String>> rows) {
    double value(List<String> row, String header) {
      return Double.parseDouble(row.get(headers.indexOf(header)).replace(",", ""));
    }
  }

  /** What all runs measured for one cause. */
  private record Point(double cause, double least, double median, double greatest, int runs) {
    static Point of(double cause, List<Double> costs) {
      double[] sorted = costs.stream().mapToDouble(cost -> cost).sorted().toArray();
      int half = sorted.length / 2;
      double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      return new Point(cause, sorted[0], median, sorted[sorted.length - 1], sorted.length);
    }
  }

  /** An axis: from a little below the least value to a little above the greatest. */
  private record Axis(double from, double to, double start, double end) {
    static Axis of(double start, double end, double[] values) {
      double least = Math.log10(Arrays.stream(values).min().orElse(1));
      double greatest = Math.log10(Arrays.stream(values).max().orElse(1));
      double room = Math.max(0.05 * (greatest - least), 0.1);
      return new Axis(least - room, greatest + room, start, end);
    }

    double at(double value) {
      return start + (end - start) * (Math.log10(value) - from) / (to - from);
    }

    /** Decades; where there are few, also their doubles and fives. */
    List<Double> ticks() {
      List<Double> decades = ticks(1);
      return decades.size() > 2 ? decades : ticks(1, 2, 5);
    }

    private List<Double> ticks(int... digits) {
      List<Double> ticks = new ArrayList<>();
      for (int decade = (int) Math.floor(from); decade <= to; decade++) {
        for (int digit : digits) {
          double tick = digit * Math.pow(10, decade);
          if (Math.log10(tick) >= from && Math.log10(tick) <= to) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }

  private Plots() {}

  /** Arguments: the file with the output, and the folder. */
  public static void main(String[] arguments) throws IOException {
    List<Table> tables = tables(Files.readAllLines(Path.of(arguments[0])));
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    for (Plot plot : PLOTS) {
      Path file = folder.resolve(plot.file() + ".svg");
      Optional<String> svg = svg(plot, tables);
      if (svg.isPresent()) {
        Files.writeString(file, svg.get());
      }
      System.out.println(file + (svg.isPresent() ? "" : ": not measured, left as it is"));
    }
  }

  private static List<Table> tables(List<String> lines) {
    List<Table> tables = new ArrayList<>();
    Table open = null;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        open = null;
      } else if (open == null) {
        open = new Table(cells(line), new ArrayList<>());
        tables.add(open);
      } else if (!line.startsWith("|---")) {
        open.rows().add(cells(line));
      }
    }
    return tables;
  }

  private static List<String> cells(String line) {
    String inner = line.strip().replaceAll("^\\||\\|$", "");
    return List.of(inner.split("\\|", -1)).stream().map(String::strip).toList();
  }

  private static List<Point> points(Plot plot, Line line, List<Table> tables) {
    Map<Double, List<Double>> costs = new TreeMap<>();
    for (Table table : tables) {
      if (table.headers().containsAll(List.of(plot.cause(), line.header()))) {
        for (List<String> row : table.rows()) {
          double cost = table.value(row, line.header());
          if (cost > 0) { // what rounds to nothing has no place on a logarithmic axis
            costs
                .computeIfAbsent(table.value(row, plot.cause()), cause -> new ArrayList<>())
                .add(cost);
          }
        }
      }
    }
    return costs.entrySet().stream().map(e -> Point.of(e.getKey(), e.getValue())).toList();
  }

  private static Optional<String> svg(Plot plot, List<Table> tables) {
    List<List<Point>> lines = plot.lines().stream().map(l -> points(plot, l, tables)).toList();
    List<Point> all = lines.stream().flatMap(List::stream).toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Axis x = Axis.of(LEFT, WIDTH - RIGHT, all.stream().mapToDouble(Point::cause).toArray());
    Axis y =
        Axis.of(
            HEIGHT - BOTTOM,
            TOP,
            all.stream()
                .flatMap(p -> List.of(p.least(), p.greatest()).stream())
                .mapToDouble(cost -> cost)
                .toArray());
    StringBuilder svg =
        new StringBuilder(
            String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                    + " aria-label=\"%s\">%n",
                WIDTH, HEIGHT, plot.title()));
    svg.append(
        """
        <style>
          text { font: 13px system-ui, sans-serif; fill: #24292f; }
          .title { font-weight: 600; }
          .grid { stroke: #d0d7de; }
          .line { fill: none; stroke-width: 2.5; }
          .range { stroke-width: 1.5; }
          .c0 { stroke: #0969da; } .t0 { fill: #0969da; }
          .c1 { stroke: #bc4c00; } .t1 { fill: #bc4c00; }
          .dot { stroke: none; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .grid { stroke: #3d444d; }
            .c0 { stroke: #58a6ff; } .t0 { fill: #58a6ff; }
            .c1 { stroke: #ffa657; } .t1 { fill: #ffa657; }
          }
        </style>
        """);
    text(svg, LEFT, 24, "start", "title", plot.title());
    for (double tick : x.ticks()) {
      line(svg, "grid", x.at(tick), y.start(), x.at(tick), y.end());
      text(svg, x.at(tick), HEIGHT - BOTTOM + 18, "middle", "", plot.causes().show(tick));
    }
    for (double tick : y.ticks()) {
      line(svg, "grid", x.start(), y.at(tick), x.end(), y.at(tick));
      text(svg, LEFT - 8, y.at(tick) + 4, "end", "", plot.costs().show(tick));
    }
    text(svg, (x.start() + x.end()) / 2, HEIGHT - 14, "middle", "", plot.cause());
    int runs = all.stream().mapToInt(Point::runs).max().orElse(1);
    text(
        svg,
        WIDTH - RIGHT,
        24,
        "end",
        "",
        runs == 1 ? "one run" : "median and range of " + runs + " runs");
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isEmpty()) {
        draw(svg, i, lines.get(i), x, y);
        text(svg, LEFT + 170 * i, 50, "start", "t" + i, "● " + plot.lines().get(i).name());
      }
    }
    return Optional.of(svg.append("</svg>\n").toString());
  }

  private static void draw(StringBuilder svg, int number, List<Point> points, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      double at = x.at(point.cause());
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", at, y.at(point.median())));
      line(svg, "range c" + number, at, y.at(point.least()), at, y.at(point.greatest()));
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"dot t%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>%n",
              number,
              at,
              y.at(point.median())));
    }
    svg.append(
        String.format(
            "<polyline class=\"line c%d\" points=\"%s\"/>%n", number, path.toString().strip()));
  }

  private static void line(
      StringBuilder svg, String type, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            type,
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String type, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            type,
            text));
  }
}
