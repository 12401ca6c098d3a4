package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;

/** How long calls may take when their options do not say. */
record Timeouts(Duration call, Duration worker) {
  private static final Duration CALL = Duration.ofMinutes(30);
  private static final Duration WORKER = Duration.ofMinutes(10);

  static Timeouts of(Surroundings surroundings) {
    return new Timeouts(
        seconds(surroundings, "VAST_CALL_TIMEOUT", CALL),
        seconds(surroundings, "VAST_WORKER_TIMEOUT", WORKER));
  }

  private static Duration seconds(Surroundings surroundings, String name, Duration otherwise) {
    String text = surroundings.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new InvalidDeploymentException(
          name, "it is '" + text + "'", "Give a whole number of seconds, 1 or more", null);
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }
}
