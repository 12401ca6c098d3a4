package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private final Table table = new Table().numbers("ID").text("NAME").text("STATE");

  @Test
  void columnsAreAsWideAsTheirWidestText() {
    table.row(Table.Cell.of(7), Table.Cell.of("square"), Table.Cell.of("active", Style.GREEN));
    table.row(Table.Cell.of(1234), Table.Cell.of("s"), Table.Cell.of(null));

    assertThat(table.lines(false))
        .containsExactly("  ID  NAME    STATE", "   7  square  active", "1234  s       -");
  }

  @Test
  void coloursTakeNoRoom() {
    table.row(Table.Cell.of(7), Table.Cell.of("a", Style.RED), Table.Cell.of("idle"));

    List<String> lines = table.lines(true);

    assertThat(lines.get(1)).isEqualTo(" 7  \u001b[31ma\u001b[0m     idle");
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
  void agesAreShort(Duration age, String text) {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(Ages.since(now.minus(age), now)).isEqualTo(text);
    assertThat(Ages.since(null, now)).isEmpty();
  }

  @Test
  void aWindowTellsWhatIsNew() {
    assertThat(Window.fresh(List.of(), List.of("a", "b"))).containsExactly("a", "b");
    assertThat(Window.fresh(List.of("a", "b"), List.of("a", "b"))).isEmpty();
    assertThat(Window.fresh(List.of("a", "b"), List.of("a", "b", "c"))).containsExactly("c");
    assertThat(Window.fresh(List.of("a", "b", "c"), List.of("b", "c", "d"))).containsExactly("d");
    assertThat(Window.fresh(List.of("a", "a"), List.of("a", "a", "a"))).containsExactly("a");
    assertThat(Window.fresh(List.of("a", "b"), List.of("x", "y"))).containsExactly("x", "y");
  }
}
