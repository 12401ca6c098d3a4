package dev.vast4j.api;

import java.util.List;

/**
 * An endpoint's workers, as the engine lists them. Immutable.
 *
 * @param workers the workers
 * @param error the engine's error text when it lists none, such as for an endpoint that it does not
 *     know; otherwise an empty string
 */
public record WorkerList(List<WorkerInfo> workers, String error) {
  /**
   * Copies the list.
   *
   * @param workers the workers
   * @param error the engine's error text, or an empty string
   */
  public WorkerList {
    workers = List.copyOf(workers);
  }
}
