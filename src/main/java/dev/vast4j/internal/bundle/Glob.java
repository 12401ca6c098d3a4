package dev.vast4j.internal.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates a pattern of git into a regular expression: {@code ?} is any byte but {@code /},
 * {@code *} any number of them, {@code **} between slashes any number of folders, {@code [a-z]} a
 * byte of a set. A malformed pattern matches nothing. Git compares bytes, so each character of a
 * pattern or name stands for one byte of its UTF-8.
 *
 * <p>What stands between two stars is matched where it occurs first, and nowhere else (atomic
 * groups): whatever precedes a later occurrence, the second star matches as well. So no pattern
 * takes exponential time.
 */
final class Glob {
  private static final String NOTHING = "(?!)";
  private static final String ANY_FOLDERS = "(?:.*?/)??";
  private static final String ANYTHING = ".*?";

  /** POSIX classes; git's own {@code space} is smaller than Java's. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("alnum", "\\p{Alnum}"),
          Map.entry("alpha", "\\p{Alpha}"),
          Map.entry("blank", "\\p{Blank}"),
          Map.entry("cntrl", "\\p{Cntrl}"),
          Map.entry("digit", "\\p{Digit}"),
          Map.entry("graph", "\\p{Graph}"),
          Map.entry("lower", "\\p{Lower}"),
          Map.entry("print", "\\p{Print}"),
          Map.entry("punct", "\\p{Punct}"),
          Map.entry("space", "\\t\\n\\r "),
          Map.entry("upper", "\\p{Upper}"),
          Map.entry("xdigit", "\\p{XDigit}"));

  private final String glob;
  private int at;

  /** The expression up to the last {@code **}. */
  private final StringBuilder finished = new StringBuilder();

  /** The expression of the last {@code **}, or empty. */
  private String folders = "";

  /** What follows it: pieces with a {@code *} between. */
  private final List<StringBuilder> pieces = new ArrayList<>();

  private Glob(String glob) {
    this.glob = glob;
    pieces.add(new StringBuilder());
  }

  /** {@return an expression that matches a text, then what a pattern matches} */
  static Pattern compile(String text, String glob) {
    return Pattern.compile(Pattern.quote(text) + new Glob(glob).translate(), Pattern.DOTALL);
  }

  /** Whether a byte of a pattern stands for itself. */
  static boolean isLiteral(char c) {
    return "*?[\\".indexOf(c) < 0;
  }

  private String translate() {
    while (at < glob.length()) {
      switch (glob.charAt(at)) {
        case '*' -> readStars();
        case '?' -> {
          at++;
          add("[^/]");
        }
        case '[' -> {
          String set = readSet();
          add(set == null ? NOTHING : set);
          at = set == null ? glob.length() : at;
        }
        case '\\' -> {
          // A backslash at the end escapes nothing, and nothing matches it.
          add(at + 1 < glob.length() ? literal(glob.charAt(at + 1)) : NOTHING);
          at += 2;
        }
        default -> add(literal(glob.charAt(at++)));
      }
    }
    return finished + folders + joined();
  }

  private void add(String regex) {
    pieces.get(pieces.size() - 1).append(regex);
  }

  private String joined() {
    StringBuilder joined = new StringBuilder(pieces.get(0));
    int last = pieces.size() - 1;
    for (int i = 1; i <= last; i++) {
      joined.append(i < last ? "(?>[^/]*?" + pieces.get(i) + ")" : "[^/]*" + pieces.get(i));
    }
    return joined.toString();
  }

  private void readStars() {
    int first = at;
    while (is('*', at)) {
      at++;
    }
    boolean opens = first == 0 || glob.charAt(first - 1) == '/';
    boolean slashNext = is('/', at);
    boolean closes = at == glob.length() || slashNext || (is('\\', at) && is('/', at + 1));
    if (at - first < 2 || !opens || !closes) {
      pieces.add(new StringBuilder());
      return;
    }
    // Of any number in a row, one is enough.
    if (!slashNext || !folders.equals(ANY_FOLDERS) || !joined().isEmpty()) {
      finished.append("(?>").append(folders).append(joined()).append(')');
    }
    folders = slashNext ? ANY_FOLDERS : ANYTHING;
    pieces.clear();
    pieces.add(new StringBuilder());
    at += slashNext ? 1 : 0;
  }

  private boolean is(char expected, int index) {
    return index < glob.length() && glob.charAt(index) == expected;
  }

  /** Reads from a bracket to its partner; returns null if there is none. */
  private @Nullable String readSet() {
    at++;
    boolean negated = is('!', at) || is('^', at);
    StringBuilder set = new StringBuilder(negated ? "(?!/)[^" : "(?!/)[");
    at += negated ? 1 : 0;
    // Where a range may begin: the byte before, unless it ended a range or was a class.
    int from = -1;
    for (boolean first = true; first || !is(']', at); first = false) {
      if (is('-', at) && from >= 0 && at + 1 < glob.length() && !is(']', at + 1)) {
        at++;
        int to = readByte();
        if (to < 0) {
          return null;
        }
        if (from <= to) {
          set.append(literal(from)).append('-').append(literal(to));
        }
        from = -1;
        continue;
      }
      int end = is('[', at) && is(':', at + 1) ? glob.indexOf(']', at + 2) : at;
      if (end > at + 2 && glob.charAt(end - 1) == ':') {
        String members = CLASSES.get(glob.substring(at + 2, end - 1));
        if (members == null) {
          return null;
        }
        set.append(members);
        from = -1;
        at = end + 1;
      } else {
        from = end < 0 ? -1 : readByte();
        if (from < 0) {
          return null;
        }
        set.append(literal(from));
      }
    }
    at++;
    return set.append(']').toString();
  }

  /** The next byte of a set, or -1 when there is none. */
  private int readByte() {
    at += is('\\', at) ? 1 : 0;
    return at < glob.length() ? glob.charAt(at++) : -1;
  }

  private static String literal(int b) {
    return String.format("\\x%02x", b);
  }
}
