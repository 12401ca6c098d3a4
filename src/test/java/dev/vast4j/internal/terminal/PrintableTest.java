package dev.vast4j.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void showsWhatCouldHarmATerminalAsEscapes() {
    assertThat(Printable.line("a\u001b[31mb\u0007\u007f\u009b"))
        .isEqualTo("a\\u001b[31mb\\u0007\\u007f\\u009b");
    assertThat(Printable.line("\u202eevil\u2066\u200f")).isEqualTo("\\u202eevil\\u2066\\u200f");
    assertThat(Printable.line("a\nb\r\tc\u2028")).isEqualTo("a\\nb\\r\\tc\\u2028");
    assertThat(Printable.line("\ud800x")).isEqualTo("\\ud800x");
    assertThat(Printable.line(new String(Character.toChars(0xe0041)))).isEqualTo("\\udb40\\udc41");
    assertThat(Printable.text("a\r\n\tb\rc")).isEqualTo("a\n\tb\\rc");
  }

  @Test
  void leavesLanguagesAndEmojiAlone() {
    String text = "Grüße 漢字 שלום 👩‍💻 é";
    assertThat(Printable.line(text)).isSameAs(text);
  }

  @Test
  void countsColumns() {
    assertThat(Printable.columns("abc")).isEqualTo(3);
    assertThat(Printable.columns("漢字")).isEqualTo(4);
    assertThat(Printable.columns("e\u0301")).isEqualTo(1);
    assertThat(Printable.cut("漢字漢字", 5)).isEqualTo("漢字…");
    assertThat(Printable.cut("abc", 3)).isEqualTo("abc");
    assertThat(Printable.cut("abcd", 3)).isEqualTo("ab…");
  }

  @Test
  void takesTheWidthFromTheEnvironment() {
    assertThat(Terminal.width(null, Map.of("COLUMNS", "100"))).hasValue(100);
    assertThat(Terminal.width(null, Map.of("COLUMNS", "3"))).hasValue(20);
    assertThat(Terminal.width(null, Map.of("COLUMNS", "wide"))).isEmpty();
    assertThat(Terminal.width(null, Map.of())).isEmpty();
    assertThat(Terminal.canRedraw(null, Map.of())).isFalse();
  }
}
