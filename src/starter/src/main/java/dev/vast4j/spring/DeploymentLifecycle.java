package dev.vast4j.spring;

import dev.vast4j.Deployment;
import dev.vast4j.UpdateTier;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Deploys before whatever makes calls starts, and waits for the calls in flight after it has
 * stopped: web servers, message listeners and task executors have higher phases. Spring bounds the
 * wait by {@code spring.lifecycle.timeout-per-shutdown-phase}; closing the deployment ends it.
 */
final class DeploymentLifecycle implements SmartLifecycle {
  /** Task executors and schedulers stop in {@code Integer.MAX_VALUE / 2}. */
  static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentLifecycle.class);
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private final List<Deployment> deployments;
  private final VastProperties properties;
  private volatile boolean running;

  DeploymentLifecycle(List<Deployment> deployments, VastProperties properties) {
    this.deployments = deployments;
    this.properties = properties;
  }

  @Override
  public void start() {
    if (properties.start() != VastProperties.Start.NONE) {
      for (Deployment deployment : deployments) {
        UpdateTier tier = deployment.ensureReady();
        LOG.debug("{} is deployed: {}", deployment, tier);
        if (properties.awaitWorkers() > 0) {
          deployment.awaitWorkers(properties.awaitWorkers(), properties.awaitTimeout());
        }
      }
    }
    running = true;
  }

  @Override
  public void stop(Runnable callback) {
    Thread waiting =
        new Thread(
            () -> {
              stop();
              callback.run();
            },
            "vast4j-shutdown");
    waiting.setDaemon(true);
    waiting.start();
  }

  @Override
  public void stop() {
    for (Deployment deployment : deployments) {
      if (!deployment.awaitCalls(Duration.ZERO)) {
        LOG.info("Waiting for the calls in flight of deployment '{}'", deployment.name());
        deployment.awaitCalls(NO_LIMIT);
      }
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
