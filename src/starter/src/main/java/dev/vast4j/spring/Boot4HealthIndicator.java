package dev.vast4j.spring;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health component {@code vast} of Spring Boot 4. */
final class Boot4HealthIndicator implements HealthIndicator {
  private final DeploymentHealth health;

  Boot4HealthIndicator(DeploymentHealth health) {
    this.health = health;
  }

  @Override
  public Health health() {
    DeploymentHealth.Report report = health.check();
    return (report.up() ? Health.up() : Health.down()).withDetails(report.details()).build();
  }
}
