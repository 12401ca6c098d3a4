package dev.vast4j.local.process;

import java.util.regex.Pattern;

/**
 * Removes the engine's keys from workers' output: the reference's client puts the key into URLs,
 * and its worker logs them.
 */
final class Redaction {
  /** The form of generated keys. */
  private static final Pattern GENERATED =
      Pattern.compile("\\b(local|endpoint|instance|mtoken|page)-[0-9a-f]{48}\\b");

  private final String apiKey;

  Redaction(String apiKey) {
    this.apiKey = apiKey;
  }

  String apply(String line) {
    return GENERATED.matcher(line.replace(apiKey, "(key)")).replaceAll("$1-(key)");
  }
}
