package dev.vast4j.internal.bundle;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A pattern and what becomes of the class path entries that match it. {@code *} stands for any
 * characters but {@code /}, {@code **} for any, {@code ?} for one. A pattern with a {@code :} is
 * compared with {@code group:artifact} and {@code group:artifact:version}, one with a {@code /}
 * with the end of the path, any other with the file name.
 *
 * @param glob the pattern
 * @param include whether the entries go in or stay out
 */
public record ClasspathRule(String glob, boolean include) {

  /** Refuses an empty pattern. */
  public ClasspathRule {
    Objects.requireNonNull(glob, "glob");
    if (glob.isBlank()) {
      throw new IllegalArgumentException("a class path pattern may not be empty");
    }
  }

  /**
   * Whether an entry matches.
   *
   * @param location its path, with {@code /} between names
   * @param artifact what it is
   */
  boolean matches(String location, Artifact artifact) {
    if (glob.indexOf('/') >= 0) {
      String anchored = glob.startsWith("/") ? glob : "**/" + glob;
      return pattern(anchored).matcher(location).matches();
    }
    Pattern pattern = pattern(glob);
    if (glob.indexOf(':') >= 0) {
      String coordinates = artifact.group() + ":" + artifact.name();
      return artifact.group() != null
          && (pattern.matcher(coordinates).matches()
              || pattern.matcher(coordinates + ":" + artifact.version()).matches());
    }
    return pattern.matcher(location.substring(location.lastIndexOf('/') + 1)).matches();
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
