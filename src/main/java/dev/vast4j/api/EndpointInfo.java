package dev.vast4j.api;

import dev.vast4j.Autoscaling;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint: the queue in front of a deployment's workers. Its key appears in no text form.
 * Immutable.
 *
 * @param id the endpoint's id
 * @param name its name, by which calls are routed
 * @param apiKey the endpoint's own key, which routes calls and opens its workers; null when the
 *     answer left it out
 * @param state {@code active} or {@code stopped}, as the service says it; null when not said
 * @param scaling how it scales
 * @param createdAt when it was created; null when not said
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
