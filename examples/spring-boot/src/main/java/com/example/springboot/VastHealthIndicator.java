package com.example.springboot;

import dev.vast4j.Deployment;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.VastException;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports "up" if Vast answers, with the workers by state. Zero ready workers are fine: a
 * deployment may scale to zero, and calls wait for the next worker.
 */
@Component
class VastHealthIndicator implements HealthIndicator {
  private final Deployment deployment;

  VastHealthIndicator(Deployment deployment) {
    this.deployment = deployment;
  }

  @Override
  public Health health() {
    try {
      Map<String, Long> workers =
          deployment.workers().stream()
              .collect(Collectors.groupingBy(WorkerInfo::status, Collectors.counting()));
      return Health.up().withDetail("workers", workers).build();
    } catch (VastException e) {
      return Health.down(e).build();
    }
  }
}
