package dev.vast4j.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The engine's log of an endpoint or workergroup. Immutable.
 *
 * @param byLevel text by level, such as {@code info0}, {@code info1}, {@code trace} and {@code
 *     debug}, in the order of the answer
 */
public record EndpointLogs(Map<String, String> byLevel) {
  /**
   * Copies the map.
   *
   * @param byLevel text by level, such as {@code info0}, {@code info1}, {@code trace} and {@code
   *     debug}, in the order of the answer
   */
  public EndpointLogs {
    byLevel = Collections.unmodifiableMap(new LinkedHashMap<>(byLevel));
  }

  /**
   * Returns the text of one level.
   *
   * @param level such as {@code info0}
   * @return its text, or an empty string
   */
  public String level(String level) {
    return byLevel.getOrDefault(level, "");
  }
}
