package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How long calls may take when their options don't say.
 *
 * @param call from the call to its value, waiting for a worker included
 * @param worker for one worker to answer
 */
public record Timeouts(Duration call, Duration worker) {
  /** Half an hour in all, ten minutes for a worker. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofMinutes(30), Duration.ofMinutes(10));

  /** Reads the environment; a variable that is not set leaves the default. */
  public static Timeouts of(Function<String, @Nullable String> environment) {
    return new Timeouts(
        seconds(environment, "VAST_CALL_TIMEOUT", DEFAULT.call),
        seconds(environment, "VAST_WORKER_TIMEOUT", DEFAULT.worker));
  }

  private static Duration seconds(
      Function<String, @Nullable String> environment, String name, Duration otherwise) {
    String text = environment.apply(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new InvalidDeploymentException(
          name, "it is '" + text + "'", "Give a whole number of seconds, 1 or more", null);
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  long callNanos(CallOptions options) {
    Duration timeout = options.timeout();
    return Timing.nanos(timeout == null ? call : timeout);
  }

  long workerNanos(CallOptions options) {
    Duration timeout = options.workerTimeout();
    return Timing.nanos(timeout == null ? worker : timeout);
  }
}
