package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;

class TableTest {
  private static Table table(Ansi ansi) {
    return new Table(CommandLine.Help.defaultColorScheme(ansi), ">ID", "NAME", "STATE");
  }

  private static Text green(Ansi ansi, String text) {
    return CommandLine.Help.defaultColorScheme(ansi).apply(text, List.of(Style.fg_green));
  }

  @Test
  void columnsFitWidestText() {
    Table table = table(Ansi.OFF);
    table.row(7, "square", green(Ansi.OFF, "active"));
    table.row(1234, "s", null);

    assertThat(table.toString().lines())
        .containsExactly("  ID  NAME    STATE", "   7  square  active", "1234  s       -");
  }

  @Test
  void keepsMarkupInValues() {
    Table table = table(Ansi.OFF);
    table.row(7, "@|red x|@", "idle");

    assertThat(table.toString()).contains("@|red x|@");
  }

  @Test
  void ignoresColoursInWidths() {
    Table table = table(Ansi.ON);
    table.row(7, green(Ansi.ON, "a"), "idle");

    String row = table.toString().lines().toList().get(1);

    assertThat(row).contains("\u001b[32ma");
    assertThat(row.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(" 7  a     idle");
  }

  @ParameterizedTest
  @CsvSource({
    "PT-1S, 0s",
    "PT0S, 0s",
    "PT119S, 119s",
    "PT120S, 2m",
    "PT119M, 119m",
    "PT2H, 2h",
    "PT47H, 47h",
    "PT48H, 2d"
  })
  void formatsAgesBriefly(Duration age, String text) {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(Ages.since(now.minus(age), now)).isEqualTo(text);
    assertThat(Ages.since(null, now)).isEmpty();
  }
}
