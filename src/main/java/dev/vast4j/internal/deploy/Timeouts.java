package dev.vast4j.internal.deploy;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;

/** How long calls may take when their options do not say. */
record Timeouts(Duration call, Duration worker) {
  private static final Duration CALL = Duration.ofMinutes(30);
  private static final Duration WORKER = Duration.ofMinutes(10);

  static Timeouts of(Environment environment) {
    return new Timeouts(
        seconds(environment, "VAST_CALL_TIMEOUT", CALL),
        seconds(environment, "VAST_WORKER_TIMEOUT", WORKER));
  }

  private static Duration seconds(Environment environment, String name, Duration otherwise) {
    String text = environment.get(name);
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
