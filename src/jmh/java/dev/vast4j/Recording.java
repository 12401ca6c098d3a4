package dev.vast4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Runs a command and draws what it prints as an animated SVG, each line at its time, so that a page
 * shows a real run: {@code Recording FILE TITLE COMMAND…}.
 */
public final class Recording {
  private static final int WIDTH = 640;
  private static final int LINE = 20;
  private static final int TOP = 52;
  private static final int MOST_LINES = 24;
  private static final int MOST_CHARACTERS = 74;

  /** A pause is shown as at most this many seconds. */
  private static final double LONGEST_PAUSE = 1.2;

  /** How long the whole text is there first, for whoever sees no more than the first picture. */
  private static final double AT_THE_START = 4;

  /** How long the whole text stays before the animation starts over. */
  private static final double AT_THE_END = 2;

  /** A line and the seconds after the start of the animation at which it appears. */
  private record Line(double at, String text) {}

  private Recording() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> command = List.of(arguments).subList(2, arguments.length);
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(AT_THE_START + 0.4, "$ " + arguments[1]));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    double shown = AT_THE_START + 1;
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      long last = System.nanoTime();
      for (String text = output.readLine(); text != null; text = output.readLine()) {
        long now = System.nanoTime();
        shown += Math.min(LONGEST_PAUSE, (now - last) / 1e9);
        last = now;
        System.out.println(text);
        if (!text.startsWith("SLF4J") && !text.startsWith("[")) {
          for (String part : wrapped(text)) {
            lines.add(new Line(shown, part));
          }
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IOException("it ended with " + process.exitValue());
    }
    List<Line> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    Files.writeString(Path.of(arguments[0]), svg(last, shown + AT_THE_END));
  }

  private static String svg(List<Line> lines, double seconds) {
    int height = TOP + LINE * lines.size() + 14;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%1$d' height='%2$d' viewBox='0 0 %1$d %2$d'"
            + " role='img'>",
        WIDTH,
        height);
    add(svg, "<title>%s</title>", escaped(lines.get(0).text()));
    add(svg, "<style>text{font:13.5px ui-monospace,Consolas,monospace;fill:#d8dee9}");
    add(svg, ".p{fill:#8fbcbb}");
    double cleared = 100 * AT_THE_START / seconds;
    for (int i = 0; i < lines.size(); i++) {
      double percent = 100 * lines.get(i).at() / seconds;
      add(
          svg,
          "@keyframes k%d{0%%,%.2f%%{opacity:1}%.2f%%,%.2f%%{opacity:0}%.2f%%,100%%{opacity:1}}",
          i,
          cleared,
          cleared + 0.05,
          percent,
          Math.min(100, percent + 0.05));
      add(svg, "#l%d{animation:k%d %.1fs infinite}", i, i, seconds);
    }
    add(svg, "@media(prefers-reduced-motion){text{animation:none!important}}</style>");
    add(svg, "<rect width='%d' height='%d' rx='8' fill='#1f2430'/>", WIDTH, height);
    for (int i = 0; i < 3; i++) {
      String color = Arrays.asList("#bf616a", "#ebcb8b", "#a3be8c").get(i);
      add(svg, "<circle cx='%d' cy='20' r='5' fill='%s'/>", 22 + 18 * i, color);
    }
    for (int i = 0; i < lines.size(); i++) {
      add(
          svg,
          "<text id='l%d'%s x='18' y='%d' xml:space='preserve'>%s</text>",
          i,
          i == 0 ? " class='p'" : "",
          TOP + LINE * i,
          escaped(lines.get(i).text()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** A line that is too long goes on in the next, as in a terminal, but between words. */
  private static List<String> wrapped(String text) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (rest.length() > MOST_CHARACTERS) {
      int space = rest.lastIndexOf(' ', MOST_CHARACTERS);
      int end = space > 0 ? space : MOST_CHARACTERS;
      parts.add(rest.substring(0, end));
      rest = "  " + rest.substring(end).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
