package dev.vast4j.api;

import dev.vast4j.Autoscaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A workergroup to create. The request omits null values. Immutable.
 *
 * @param endpointId id of the endpoint it belongs to
 * @param searchParams the search query for machines; empty for none
 * @param templateHash the template with image and settings
 * @param launchArgs further arguments for starting an instance
 * @param scaling how it scales; without the queue times and the inactivity time-out, which the
 *     endpoint has
 * @param gpuRam required GPU memory, in GB
 * @param testWorkers workers started to measure performance
 * @param dockerLogin access to a private registry
 * @param autoscalerInstance which instance of the serverless engine scales it
 */
public record WorkergroupConfig(
    long endpointId,
    String searchParams,
    @Nullable String templateHash,
    @Nullable String launchArgs,
    Autoscaling scaling,
    @Nullable Double gpuRam,
    @Nullable Integer testWorkers,
    @Nullable DockerLogin dockerLogin,
    @Nullable String autoscalerInstance) {
  /**
   * Checks for null.
   *
   * @param endpointId id of the endpoint it belongs to
   * @param searchParams the search query for machines; empty for none
   * @param templateHash the template with image and settings
   * @param launchArgs further arguments for starting an instance
   * @param scaling how it scales; without the queue times and the inactivity time-out, which the
   *     endpoint has
   * @param gpuRam required GPU memory, in GB
   * @param testWorkers workers started to measure performance
   * @param dockerLogin access to a private registry
   * @param autoscalerInstance which instance of the serverless engine scales it
   */
  public WorkergroupConfig {
    Objects.requireNonNull(searchParams, "searchParams");
    Objects.requireNonNull(scaling, "scaling");
  }

  /**
   * Returns the config of workers that run a template, on machines that the template's own query
   * finds, scaled by the endpoint.
   *
   * @param endpointId id of the endpoint it belongs to
   * @param templateHash the template's hash, as the service's pages show it; on an embedded engine
   *     a name given to {@code LocalOptions.template}
   * @return the config
   */
  public static WorkergroupConfig ofTemplate(long endpointId, String templateHash) {
    return new WorkergroupConfig(
        endpointId, "", templateHash, null, Autoscaling.defaults(), null, null, null, null);
  }
}
