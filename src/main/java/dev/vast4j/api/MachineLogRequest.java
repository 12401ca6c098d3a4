package dev.vast4j.api;

import dev.vast4j.errors.InvalidDeploymentException;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a machine's output to fetch. Immutable.
 *
 * @param tail the number of lines to return, from the end, at least 1; null for the service's
 *     default, 1,000
 * @param filter a text that each returned line contains, or null for all lines
 * @param daemon whether to return the output of the machine's daemon, which starts the container,
 *     in place of the container's
 */
public record MachineLogRequest(@Nullable Integer tail, @Nullable String filter, boolean daemon) {
  /**
   * Creates a request.
   *
   * @param tail the number of lines to return, from the end, at least 1; null for the service's
   *     default, 1,000
   * @param filter a text that each returned line contains, or null for all lines
   * @param daemon whether to return the output of the machine's daemon
   * @throws InvalidDeploymentException when {@code tail} is below 1
   */
  public MachineLogRequest {
    if (tail != null && tail < 1) {
      throw new InvalidDeploymentException(
          "the machine's log", "tail is " + tail, "Give 1 or more", null);
    }
  }

  /**
   * Requests the container's last lines.
   *
   * @return a request with the service's defaults
   */
  public static MachineLogRequest latest() {
    return new MachineLogRequest(null, null, false);
  }

  /**
   * Requests more or fewer lines.
   *
   * @param lines the number of lines, at least 1
   * @return a copy with this number
   * @throws InvalidDeploymentException when below 1
   */
  public MachineLogRequest tail(int lines) {
    return new MachineLogRequest(lines, filter, daemon);
  }
}
