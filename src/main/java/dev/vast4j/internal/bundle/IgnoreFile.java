package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one file in the syntax of {@code .gitignore}. Each character of a text in here is a
 * byte of UTF-8. Immutable.
 */
final class IgnoreFile {
  private static final String BYTE_ORDER_MARK = latin1("\ufeff");

  /** One line. */
  private static final class Rule {
    /** Whether it takes back what an earlier line ignored. */
    private final boolean negated;

    private final boolean foldersOnly;

    /** Whether it has no slash but one at its end: then only the last part of a name counts. */
    private final boolean anywhere;

    private final Pattern pattern;

    Rule(String line) {
      negated = line.startsWith("!");
      int start = negated ? 1 : 0;
      foldersOnly = line.length() > start && line.endsWith("/");
      String glob = line.substring(start, line.length() - (foldersOnly ? 1 : 0));
      anywhere = glob.indexOf('/') < 0;
      glob = glob.startsWith("/") ? glob.substring(1) : glob;
      int special = 0;
      while (!anywhere && special < glob.length() && Glob.isLiteral(glob.charAt(special))) {
        special++;
      }
      // As in git, ** is at a beginning when it follows the literal one.
      pattern = Glob.compile(glob.substring(0, special), glob.substring(special));
    }

    boolean matches(String name, boolean folder) {
      if (foldersOnly && !folder) {
        return false;
      }
      Matcher matcher = pattern.matcher(name);
      return matcher.region(anywhere ? name.lastIndexOf('/') + 1 : 0, name.length()).matches();
    }
  }

  private final List<Rule> rules;

  private IgnoreFile(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads the file's content: a pattern a line, but for those that begin with {@code #}. Blanks at
   * the end of a line count only after a backslash.
   */
  static IgnoreFile parse(byte[] content) {
    String text = new String(content, ISO_8859_1);
    text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    List<Rule> rules = new ArrayList<>();
    for (String line : text.split("(?<=\n)", -1)) {
      String pattern = line.replaceFirst("\r?\n$", "");
      if (!pattern.isEmpty() && !pattern.startsWith("#")) {
        rules.add(new Rule(withoutTrailingBlanks(pattern)));
      }
    }
    return new IgnoreFile(rules);
  }

  private static String withoutTrailingBlanks(String line) {
    int end = 0;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\\' && i + 1 < line.length()) {
        i++;
        end = i + 1;
      } else if (line.charAt(i) != ' ') {
        end = i + 1;
      }
    }
    return line.substring(0, end);
  }

  /**
   * Whether a file or folder is ignored, given that the folders above it are not.
   *
   * @param path its name below this file's folder, with {@code /} between folders
   * @param folder whether it is a folder
   * @return what the last matching rule says, or null when none matches
   */
  @Nullable Boolean isIgnored(String path, boolean folder) {
    String name = latin1(path);
    for (int i = rules.size() - 1; i >= 0; i--) {
      if (rules.get(i).matches(name, folder)) {
        return !rules.get(i).negated;
      }
    }
    return null;
  }

  private static String latin1(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }
}
