package dev.vast4j.internal.call;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What follows when a worker of another version does not know what a call names. While the service
 * calls the client's version current, an update is on its way, so the call is routed again until
 * its deadline; otherwise it would never succeed, unless all that it lacks is parameters that the
 * worker may take as null. For one call; not thread-safe.
 */
final class VersionWait {
  /** The least wait: an update takes seconds. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private static final Backoff FURTHER = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(4));

  private final ClientVersion versions;
  private final Timing timing;
  private final CallProgress progress;
  private final boolean inSession;
  private @Nullable CompletableFuture<String> asked;
  private @Nullable ApiException refusal;
  private String worker = "";
  private String own = "";
  private boolean lacksParameters;
  private int refusals;

  VersionWait(CallContext context, CallProgress progress, boolean inSession) {
    this.versions = context.version();
    this.timing = context.timing();
    this.progress = progress;
    this.inSession = inSession;
  }

  /** The call was refused for good. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final CallRefusedException failure;

    private Refused(CallRefusedException failure) {
      super(null, failure, false, false);
      this.failure = failure;
    }

    CallRefusedException failure() {
      return failure;
    }
  }

  /** Whether the last attempt was refused and the next step has to find out what follows. */
  boolean pending() {
    return asked != null;
  }

  /**
   * Takes a refusal.
   *
   * @param worker the version of the worker
   * @param own the version of this client
   * @param lacksParameters whether the worker has parameters that the call lacks
   */
  Pause refused(ApiException refusal, String worker, String own, boolean lacksParameters) {
    this.lacksParameters = lacksParameters;
    this.refusal = refusal;
    this.worker = worker;
    this.own = own;
    CompletableFuture<String> current = versions.current();
    asked = current;
    return current.isDone() ? Pause.of(Duration.ZERO) : Pause.until(current);
  }

  /** Returns the wait before the call is routed again. */
  Pause next() throws Refused {
    CompletableFuture<String> current = asked;
    ApiException cause = refusal;
    if (current == null || cause == null) {
      throw new IllegalStateException("nothing was refused");
    }
    asked = null;
    String now;
    try {
      now = current.join();
    } catch (CompletionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw refused(cause, "which version is current is not known: " + CallProgress.describe(why));
    }
    if (!own.equals(now) && !now.isEmpty() && lacksParameters) {
      versions.foundOlder(own);
      return Pause.of(Duration.ZERO);
    }
    if (!own.equals(now)) {
      throw refused(
          cause,
          "this client has version "
              + own
              + ", which is not the current one"
              + (now.isEmpty() ? "" : " (" + now + ")"));
    }
    if (inSession) {
      throw new Refused(
          new CallRefusedException(cause.status(), cause.detail(), progress.trace(), cause));
    }
    progress.waitsForVersion(
        "a worker of version " + own + "; the last one has version " + worker + " and answered",
        "HTTP " + cause.status() + (cause.detail().isEmpty() ? "" : ": " + cause.detail()));
    return Pause.of(LEAST.plus(FURTHER.after(++refusals, timing.random())));
  }

  private Refused refused(ApiException cause, String why) {
    return new Refused(
        new CallRefusedException(
            cause.status(),
            cause.detail() + (cause.detail().isEmpty() ? "" : "; ") + why,
            progress.trace(),
            cause));
  }
}
