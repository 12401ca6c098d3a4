package dev.vast4j.internal.terminal;

/**
 * Makes text from outside harmless for a terminal: control characters, which could move the cursor
 * or change earlier lines, and characters that reverse the order of others are shown as escapes
 * such as {@code \u001b}. Thread-safe.
 */
public final class Printable {
  private Printable() {}

  /** Escapes a text for one line: line breaks and tabs too. */
  public static String line(String text) {
    return escaped(text, false);
  }

  /** Escapes a text of several lines: line feeds and tabs stay. */
  public static String text(String text) {
    return escaped(text.replace("\r\n", "\n"), true);
  }

  private static String escaped(String text, boolean layout) {
    int length = text.length();
    StringBuilder clean = null;
    for (int i = 0; i < length; ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      boolean kept = !harmful(c) || (layout && (c == '\n' || c == '\t'));
      if (!kept && clean == null) {
        clean = new StringBuilder(length + 16).append(text, 0, i);
      }
      if (clean != null) {
        if (kept) {
          clean.appendCodePoint(c);
        } else {
          escape(clean, c);
        }
      }
      i = next;
    }
    return clean == null ? text : clean.toString();
  }

  private static void escape(StringBuilder to, int c) {
    switch (c) {
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> {
        for (char unit : Character.toChars(c)) {
          to.append(String.format("\\u%04x", (int) unit));
        }
      }
    }
  }

  /** {@return whether a terminal could do something other than show this character} */
  public static boolean harmful(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Joiners are part of words and emoji.
      case Character.FORMAT -> codePoint != 0x200c && codePoint != 0x200d && codePoint != 0xad;
      default -> false;
    };
  }

  /** {@return how many columns of a terminal a text takes that has nothing harmful} */
  public static int columns(String text) {
    return text.codePoints().map(Printable::columns).sum();
  }

  private static int columns(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }

  /** {@return the longest start of a text that takes at most this many columns, in chars} */
  public static int fitting(String text, int columns) {
    int taken = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      taken += columns(c);
      if (taken > columns) {
        return i;
      }
      i += Character.charCount(c);
    }
    return text.length();
  }

  /** Shortens a text to this many columns, at least 1, with an ellipsis in place of the rest. */
  public static String cut(String text, int columns) {
    return columns(text) <= columns ? text : text.substring(0, fitting(text, columns - 1)) + "…";
  }
}
