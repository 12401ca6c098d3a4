package dev.vast4j.internal.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Removes the lines whose comment is exactly {@code !VAST_IGNORE_CHANGES} from a Python source, for
 * the content hash: editing such a line does not make a new version. A {@code #} within a string is
 * not a comment, nor is one in triple quotes over several lines.
 *
 * <p>Follows the reference client to the byte, also in what it takes for a string: a one-line
 * string that does not end on its line is not one, and a backslash at the end of a line escapes
 * nothing.
 */
final class IgnoredLines {
  private static final byte[] MARK = "!VAST_IGNORE_CHANGES".getBytes(StandardCharsets.US_ASCII);
  private static final byte NONE = 0;

  /** The quote character of the triple-quoted string that the current line begins in, or none. */
  private byte open = NONE;

  private IgnoredLines() {}

  /** The source without its ignored lines. */
  static byte[] remove(byte[] source) {
    if (!mentionsMark(source)) {
      return source;
    }
    IgnoredLines scanner = new IgnoredLines();
    ByteArrayOutputStream kept = new ByteArrayOutputStream(source.length);
    boolean first = true;
    int start = 0;
    while (start <= source.length) {
      int end = start;
      while (end < source.length && source[end] != '\n') {
        end++;
      }
      if (!scanner.isIgnored(source, start, end)) {
        if (!first) {
          kept.write('\n');
        }
        kept.write(source, start, end - start);
        first = false;
      }
      start = end + 1;
    }
    return kept.toByteArray();
  }

  private static boolean mentionsMark(byte[] source) {
    for (int i = 0; i + MARK.length <= source.length; i++) {
      if (source[i] == '!' && Arrays.equals(source, i, i + MARK.length, MARK, 0, MARK.length)) {
        return true;
      }
    }
    return false;
  }

  private boolean isIgnored(byte[] source, int start, int end) {
    int at = start;
    if (open != NONE) {
      at = endOfTriple(source, at, end, open);
      if (at < 0) {
        return false;
      }
      open = NONE;
    }
    while (at < end) {
      byte c = source[at];
      if (c == '#') {
        return isMark(source, at + 1, end);
      }
      if (c != '"' && c != '\'') {
        at++;
      } else if (at + 2 < end && source[at + 1] == c && source[at + 2] == c) {
        int after = endOfTriple(source, at + 3, end, c);
        if (after < 0) {
          open = c;
          return false;
        }
        at = after;
      } else {
        int after = endOfString(source, at + 1, end, c);
        at = after < 0 ? at + 1 : after;
      }
    }
    return false;
  }

  /** The place after the closing quotes of a triple-quoted string, or -1. */
  private static int endOfTriple(byte[] source, int start, int end, byte quote) {
    int at = start;
    while (at < end) {
      if (at + 2 < end
          && source[at] == quote
          && source[at + 1] == quote
          && source[at + 2] == quote) {
        return at + 3;
      }
      if (source[at] != '\\') {
        at++;
      } else if (at + 1 < end) {
        at += 2;
      } else {
        return -1;
      }
    }
    return -1;
  }

  /** The place after the closing quote of a one-line string, or -1. */
  private static int endOfString(byte[] source, int start, int end, byte quote) {
    int at = start;
    while (at < end) {
      if (source[at] == quote) {
        return at + 1;
      }
      at += source[at] == '\\' ? 2 : 1;
    }
    return -1;
  }

  private static boolean isMark(byte[] source, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && isSpace(source[from])) {
      from++;
    }
    while (to > from && isSpace(source[to - 1])) {
      to--;
    }
    return Arrays.equals(source, from, to, MARK, 0, MARK.length);
  }

  /** White space as Python's {@code bytes.strip} sees it. */
  private static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
