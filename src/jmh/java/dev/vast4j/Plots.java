package dev.vast4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws what {@code bench/calls} and {@code bench/routes} print: reads their output and writes an
 * SVG for each table of growth. Both axes are logarithmic, so that a cost which grows with its
 * cause is a line of slope one.
 */
public final class Plots {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;

  /**
   * A table that is drawn.
   *
   * @param file name of the SVG
   * @param title what is shown
   * @param cause header of the column that is the x axis
   * @param costs headers of the columns that are lines
   */
  private record Plot(String file, String title, String cause, List<String> costs) {}

  private static final List<Plot> PLOTS =
      List.of(
          new Plot(
              "calls-in-flight",
              "Calls in flight",
              "calls begun at once",
              List.of("all answered after, ms")),
          new Plot("payload", "Size of a call", "bytes there and back", List.of("ms a call")),
          new Plot(
              "workers", "Choosing among workers", "workers", List.of("a route without HTTP, µs")));

  /** A table as printed. */
  private record Table(List<String> headers, List<List<String>> rows) {
    double[] column(String header) {
      int index = headers.indexOf(header);
      return rows.stream()
          .mapToDouble(row -> Double.parseDouble(row.get(index).replace(",", "")))
          .toArray();
    }
  }

  /** An axis: decades from the one below the least value to the one above the greatest. */
  private record Axis(int from, int to, double start, double end) {
    static Axis of(double start, double end, double[]... values) {
      double least = Double.MAX_VALUE;
      double greatest = Double.MIN_VALUE;
      for (double[] some : values) {
        for (double value : some) {
          least = Math.min(least, value);
          greatest = Math.max(greatest, value);
        }
      }
      int from = (int) Math.floor(Math.log10(least));
      return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(greatest))), start, end);
    }

    double at(double value) {
      return start + (end - start) * (Math.log10(value) - from) / (to - from);
    }
  }

  private Plots() {}

  /** Arguments: the file with the output, and the folder. */
  public static void main(String[] arguments) throws IOException {
    List<Table> tables = tables(Files.readAllLines(Path.of(arguments[0])));
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    for (Plot plot : PLOTS) {
      Table table =
          tables.stream()
              .filter(t -> t.headers().contains(plot.cause()))
              .filter(t -> t.headers().containsAll(plot.costs()))
              .findFirst()
              .orElseThrow(() -> new IOException("no table of '" + plot.cause() + "'"));
      Path file = folder.resolve(plot.file() + ".svg");
      Files.writeString(file, svg(plot, table));
      System.out.println(file);
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

  private static String svg(Plot plot, Table table) {
    double[] causes = table.column(plot.cause());
    List<double[]> costs = plot.costs().stream().map(table::column).toList();
    Axis x = Axis.of(LEFT, WIDTH - RIGHT, causes);
    Axis y = Axis.of(HEIGHT - BOTTOM, TOP, costs.toArray(double[][]::new));
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
    text(svg, LEFT, 22, "start", "title", plot.title());
    for (int decade = x.from(); decade <= x.to(); decade++) {
      double at = x.at(Math.pow(10, decade));
      line(svg, at, y.start(), at, y.end());
      text(svg, at, HEIGHT - BOTTOM + 18, "middle", "", power(decade));
    }
    for (int decade = y.from(); decade <= y.to(); decade++) {
      double at = y.at(Math.pow(10, decade));
      line(svg, x.start(), at, x.end(), at);
      text(svg, LEFT - 8, at + 4, "end", "", power(decade));
    }
    text(svg, (x.start() + x.end()) / 2, HEIGHT - 10, "middle", "", plot.cause());
    for (int i = 0; i < costs.size(); i++) {
      StringBuilder points = new StringBuilder();
      for (int k = 0; k < causes.length; k++) {
        points.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", x.at(causes[k]), y.at(costs.get(i)[k])));
      }
      svg.append(
          String.format(
              "<polyline class=\"line c%d\" points=\"%s\"/>%n", i, points.toString().strip()));
      for (String point : points.toString().strip().split(" ", -1)) {
        String[] at = point.split(",", -1);
        svg.append(
            String.format(
                "<circle class=\"dot t%d\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>%n", i, at[0], at[1]));
      }
      text(svg, WIDTH - RIGHT, 22 + 17 * i, "end", "t" + i, plot.costs().get(i));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String power(int decade) {
    return decade < 0
        ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
        : String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade));
  }

  private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
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
