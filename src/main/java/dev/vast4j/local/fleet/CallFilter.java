package dev.vast4j.local.fleet;

import java.util.Locale;
import java.util.Map;

/**
 * Which calls to show.
 *
 * @param function a function's name, or empty for all
 * @param state a state's name, {@code active}, {@code trouble}, or empty for all
 * @param version a version's id, or 0 for all
 * @param text a text in lower case that the id, function, worker or exception contains; or empty
 */
record CallFilter(String function, String state, long version, String text) {
  /** Reads a filter from a query's parameters; what is missing or malformed selects all. */
  static CallFilter of(Map<String, String> query) {
    return new CallFilter(
        query.getOrDefault("function", ""),
        query.getOrDefault("state", ""),
        number(query.getOrDefault("version", "")),
        query.getOrDefault("text", "").strip().toLowerCase(Locale.ROOT));
  }

  /** {@return the whole number in a text, or 0 if it isn't one} */
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  boolean selects(LoggedCall call) {
    CallState is = call.state();
    boolean wanted =
        switch (state) {
          case "" -> true;
          case "active" -> !is.ended();
          case "trouble" -> is.isError();
          default -> is.wireName().equals(state);
        };
    return wanted
        && (function.isEmpty() || function.equals(call.function))
        && (version == 0 || call.version() == version)
        && call.mentions(text);
  }
}
