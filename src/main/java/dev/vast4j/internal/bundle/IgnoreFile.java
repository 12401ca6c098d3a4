package dev.vast4j.internal.bundle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The patterns of one file in the syntax of {@code .gitignore}. Immutable. */
final class IgnoreFile {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** One line. */
  private static final class Pattern {
    /** Whether it takes back what an earlier line ignored. */
    private final boolean negated;

    private final boolean foldersOnly;

    /** Whether it has no slash but one at its end: then only the last part of a name counts. */
    private final boolean anywhere;

    /** What a name begins with, before anything that is not itself. */
    private final byte[] literal;

    /** What comes after. As with git, {@code **} is at a beginning when it is at this one's. */
    private final Glob rest;

    Pattern(byte[] line) {
      int start = 0;
      int end = line.length;
      negated = end > 0 && line[0] == '!';
      if (negated) {
        start++;
      }
      foldersOnly = end > start && line[end - 1] == '/';
      if (foldersOnly) {
        end--;
      }
      boolean slash = false;
      for (int i = start; i < end; i++) {
        slash |= line[i] == '/';
      }
      anywhere = !slash;
      if (start < end && line[start] == '/') {
        start++;
      }
      int special = start;
      while (slash && special < end && Glob.isLiteral(line[special])) {
        special++;
      }
      literal = Arrays.copyOfRange(line, start, special);
      rest = Glob.of(Arrays.copyOfRange(line, special, end));
    }

    boolean matches(byte[] name, int lastPart, boolean folder) {
      if (foldersOnly && !folder) {
        return false;
      }
      int start = anywhere ? lastPart : 0;
      int begun = start + literal.length;
      return begun <= name.length
          && Arrays.equals(literal, 0, literal.length, name, start, begun)
          && rest.matches(name, begun);
    }
  }

  private final List<Pattern> patterns;

  private IgnoreFile(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /**
   * Reads the file's content: a pattern a line, but for those that begin with {@code #}. Blanks at
   * a line's end count if a backslash is before them.
   */
  static IgnoreFile parse(byte[] content) {
    List<Pattern> patterns = new ArrayList<>();
    int mark = BYTE_ORDER_MARK.length;
    int start =
        content.length >= mark && Arrays.equals(content, 0, mark, BYTE_ORDER_MARK, 0, mark)
            ? mark
            : 0;
    while (start < content.length) {
      int end = start;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      boolean windows = end > start && end < content.length && content[end - 1] == '\r';
      byte[] line = Arrays.copyOfRange(content, start, windows ? end - 1 : end);
      if (line.length > 0 && line[0] != '#') {
        patterns.add(new Pattern(withoutBlanksAtItsEnd(line)));
      }
      start = end + 1;
    }
    return new IgnoreFile(patterns);
  }

  private static byte[] withoutBlanksAtItsEnd(byte[] line) {
    int end = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\\' && i + 1 < line.length) {
        i++;
        end = i + 1;
      } else if (line[i] != ' ') {
        end = i + 1;
      }
    }
    return Arrays.copyOf(line, end);
  }

  /**
   * Whether a file or folder is ignored, the folders above it not being.
   *
   * @param path its name below this file's folder, with {@code /} between folders
   * @param folder whether it is a folder
   * @return what the last pattern that matches says, or null when none does
   */
  @Nullable Boolean isIgnored(String path, boolean folder) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    int lastPart =
        path.substring(0, path.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8).length;
    for (int i = patterns.size() - 1; i >= 0; i--) {
      Pattern pattern = patterns.get(i);
      if (pattern.matches(name, lastPart, folder)) {
        return !pattern.negated;
      }
    }
    return null;
  }
}
