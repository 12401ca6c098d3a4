package dev.vast4j.spring;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** The health component {@code vast} of Spring Boot 3. */
final class Boot3HealthIndicator implements HealthIndicator {
  private final DeploymentHealth health;

  Boot3HealthIndicator(DeploymentHealth health) {
    this.health = health;
  }

  @Override
  public Health health() {
    DeploymentHealth.Report report = health.check();
    return (report.up() ? Health.up() : Health.down()).withDetails(report.details()).build();
  }
}
