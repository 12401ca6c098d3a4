package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.OnWorkerErrors;
import dev.vast4j.UpdateResult;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how long a command waits for what it deployed. */
final class WaitOptions {
  @Option(
      names = "--wait",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "1",
      description =
          "Wait until the new version serves, then for N ready workers (default: 1), unless none"
              + " runs. Fails with the worker's error when the new version does not come up.")
  private @Nullable Integer wait;

  @Option(names = "--timeout", paramLabel = "TIME", description = "Maximum wait (default: 30m).")
  private Duration timeout = Duration.ofMinutes(30);

  @Option(
      names = "--keep-waiting",
      description = "Wait on when every worker has failed: the engine restarts them.")
  private boolean keepWaiting;

  /** Throws WrongUsage. */
  void check() {
    if (wait != null && wait < 1) {
      throw new WrongUsage("--wait is " + wait + ". Give 1 or more", null);
    }
  }

  boolean given() {
    return wait != null;
  }

  /**
   * Waits if it is asked for, and adds what it found to a command's result.
   *
   * @param isNew whether the deployment is new, so that no version before serves and its workers'
   *     errors end the wait for them
   */
  void await(Deployment deployment, boolean isNew, Map<String, Object> done) {
    Integer count = wait;
    if (count == null) {
      return;
    }
    long start = System.nanoTime();
    if (!isNew && !keepWaiting) {
      UpdateResult update = deployment.awaitUpdate(timeout);
      done.put("update", update);
      if (update.workers() == 0) {
        return; // stopped or scaled to zero: none will get ready
      }
    }
    Duration left = timeout.minus(Duration.ofNanos(System.nanoTime() - start));
    done.put(
        "workers",
        deployment.awaitWorkers(
            count,
            left.isNegative() ? Duration.ZERO : left,
            keepWaiting ? OnWorkerErrors.KEEP_WAITING : OnWorkerErrors.FAIL));
  }
}
