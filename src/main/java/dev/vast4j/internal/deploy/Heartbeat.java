package dev.vast4j.internal.deploy;

import dev.vast4j.api.WebApi;
import dev.vast4j.errors.VastException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a deployment with a time to live alive. Survives errors; ends with its owner. */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final ScheduledExecutorService thread;

  private Heartbeat(ScheduledExecutorService thread) {
    this.thread = thread;
  }

  static Heartbeat start(WebApi api, long deploymentId, String name, Duration ttl) {
    Duration half = ttl.dividedBy(2);
    long nanos = (half.compareTo(LONGEST) < 0 ? half : LONGEST).toNanos();
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "vast4j-heartbeat-" + name);
              made.setDaemon(true);
              return made;
            });
    Heartbeat heartbeat = new Heartbeat(thread);
    // An exception would end the schedule, so the task lets none out.
    var unused =
        thread.scheduleWithFixedDelay(
            () -> heartbeat.beat(api, deploymentId, name), 0, nanos, TimeUnit.NANOSECONDS);
    return heartbeat;
  }

  private void beat(WebApi api, long deploymentId, String name) {
    try {
      api.heartbeat(deploymentId);
    } catch (RuntimeException e) {
      if (thread.isShutdown()) {
        LOG.debug("Deployment '{}': closing interrupted a heartbeat", name, e);
      } else if (e instanceof VastException) {
        LOG.warn(
            "Deployment '{}': a heartbeat failed; the next one follows: {}", name, e.getMessage());
      } else {
        LOG.error("Deployment '{}': a heartbeat failed; the next one follows", name, e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
