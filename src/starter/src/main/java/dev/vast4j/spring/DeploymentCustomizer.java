package dev.vast4j.spring;

import dev.vast4j.Deployment;

/**
 * A bean that changes the application's deployment before it is built, for what properties and
 * other beans do not cover. Customizers run in their {@linkplain org.springframework.core.Ordered
 * order}, after properties and beans.
 */
@FunctionalInterface
public interface DeploymentCustomizer {
  /**
   * Changes the deployment.
   *
   * @param builder has everything that properties and beans say
   */
  void customize(Deployment.Builder builder);
}
