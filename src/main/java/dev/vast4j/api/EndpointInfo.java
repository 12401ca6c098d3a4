package dev.vast4j.api;

import dev.vast4j.Autoscaling;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint: the queue in front of a deployment's workers. {@code toString} hides its key.
 * Immutable.
 *
 * @param id the endpoint's id
 * @param name its name, by which calls are routed
 * @param apiKey the endpoint's own key, for routing and for calls of its workers; null when missing
 * @param state {@code active} or {@code stopped}; null when missing
 * @param scaling how it scales
 * @param createdAt when it was created; null when missing
 */
public record EndpointInfo(
    long id,
    String name,
    @Nullable String apiKey,
    @Nullable String state,
    Autoscaling scaling,
    @Nullable Instant createdAt) {

  @Override
  public String toString() {
    return "EndpointInfo[id="
        + id
        + ", name="
        + name
        + ", state="
        + state
        + ", scaling="
        + scaling
        + ", createdAt="
        + createdAt
        + "]";
  }
}
