package dev.vast4j.internal.bundle;

import java.util.regex.Pattern;

/** Patterns over entries of the class path, as {@link dev.vast4j.Classpath} describes them. */
final class ClasspathPattern {
  private ClasspathPattern() {}

  /**
   * Whether an entry matches.
   *
   * @param glob the pattern
   * @param location the entry's path, with {@code /} between names
   * @param artifact what it is
   */
  static boolean matches(String glob, String location, Artifact artifact) {
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
