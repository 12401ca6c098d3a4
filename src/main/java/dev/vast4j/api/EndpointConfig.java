package dev.vast4j.api;

import dev.vast4j.Autoscaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values to create or change an endpoint with. The request omits null values. Immutable.
 *
 * @param name the endpoint's name
 * @param scaling how it scales
 * @param state {@code active} or {@code stopped}
 * @param autoscalerInstance which instance of the serverless engine scales it
 */
public record EndpointConfig(
    String name, Autoscaling scaling, @Nullable String state, @Nullable String autoscalerInstance) {
  /**
   * Checks for null.
   *
   * @param name the endpoint's name
   * @param scaling how it scales
   * @param state {@code active} or {@code stopped}
   * @param autoscalerInstance which instance of the serverless engine scales it
   */
  public EndpointConfig {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(scaling, "scaling");
  }

  /**
   * Returns the config of a new endpoint that is active.
   *
   * @param name the endpoint's name
   * @param scaling how it scales
   * @return the config
   */
  public static EndpointConfig of(String name, Autoscaling scaling) {
    return new EndpointConfig(name, scaling, null, null);
  }
}
