package dev.vast4j.local.process;

import java.util.regex.Pattern;

/**
 * Takes the engine's keys out of what workers print: the reference's worker logs the URLs of its
 * calls, and its client puts the key there.
 */
final class Redaction {
  /** The shape of the keys that the engine makes up. */
  private static final Pattern MADE_UP =
      Pattern.compile("\\b(local|endpoint|instance|mtoken)-[0-9a-f]{48}\\b");

  private final String apiKey;

  Redaction(String apiKey) {
    this.apiKey = apiKey;
  }

  String apply(String line) {
    return MADE_UP.matcher(line.replace(apiKey, "(key)")).replaceAll("$1-(key)");
  }
}
