package dev.vast4j.internal.call;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call's search for a worker: reads the endpoint's key, then asks the engine until a worker is
 * ready. A failing engine is asked for half a minute and at least five times, so that a lost answer
 * doesn't cost the call its place in the queue.
 */
final class RouteSearch {
  private static final Logger log = LoggerFactory.getLogger(RouteSearch.class);

  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final long ENGINE_SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int ENGINE_TRIES = 5;
  private static final double LONGEST_POLL = 5;

  private final CallContext context;
  private final Timing timing;
  private final CallSpec spec;
  private final CallProgress progress;
  private long requestIdx;
  private int polls;
  private int failures;
  private long failingSince;
  private boolean keyRefused;
  private @Nullable CompletableFuture<EndpointKey> loading;
  private @Nullable Route found;

  RouteSearch(CallContext context, CallSpec spec, CallProgress progress) {
    this.context = context;
    this.timing = context.timing();
    this.spec = spec;
    this.progress = progress;
  }

  /** There will be no route: the call fails with the cause. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final Throwable failure;

    private Failed(Throwable failure) {
      super(null, failure, false, false);
      this.failure = failure;
    }

    Throwable failure() {
      return failure;
    }
  }

  /** Returns the route that the last look found, or null. */
  @Nullable Route found() {
    return found;
  }

  /**
   * Looks once; blocks until the engine answers.
   *
   * @return the wait before the next look; null when a route was found or the call has ended
   */
  @Nullable Pause look() throws Failed, InterruptedException {
    found = null;
    EndpointKey key = loading == null ? context.keys().current() : null;
    if (key == null) {
      CompletableFuture<EndpointKey> load = loading == null ? context.keys().load() : loading;
      if (!load.isDone()) {
        return afterLoad(load);
      }
      loading = null;
      key = loaded(load);
    }
    progress.waitsFor(CallProgress.WORKER);
    long left = progress.left();
    long timeout = Math.min(left, Router.TIMEOUT_NANOS);
    Exchange exchange = new Exchange(timing.nanoTime(), timeout, timeout, progress.caller());
    RouteAnswer answer;
    try {
      if (!progress.begins(exchange)) {
        return null;
      }
      answer = context.router().route(key, spec.cost(), requestIdx, exchange, left);
    } catch (Router.Failed e) {
      return progress.over() ? null : afterFailure(e, key, exchange);
    } finally {
      progress.ends();
    }
    failures = 0;
    progress.hears(answer.status().replace(key.key(), "***"));
    if (answer.error()) {
      Pause pause = afterRefusedKey(key);
      return pause == null ? afterNone() : pause;
    }
    keyRefused = false;
    if (answer.requestIdx() != 0) {
      requestIdx = answer.requestIdx();
    }
    HttpUrl url = answer.worker();
    if (url == null) {
      return afterNone();
    }
    context.waitNotice().routed();
    polls = 0;
    found = new Route(url, answer.authData(), key);
    return null;
  }

  private Pause afterLoad(CompletableFuture<EndpointKey> load) {
    loading = load;
    progress.waitsFor("the endpoint's data");
    return Pause.until(load);
  }

  private EndpointKey loaded(CompletableFuture<EndpointKey> load) throws Failed {
    try {
      return load.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof ApiException api && api.status() == 404) {
        throw new Failed(
            new CallRefusedException(
                404,
                "the endpoint does not exist; was the deployment deleted? " + api.detail(),
                progress.trace(),
                api));
      }
      throw new Failed(cause);
    }
  }

  private Pause afterNone() {
    if (polls > 0) {
      // A full queue may clear within the first second; starting a worker takes longer.
      context.waitNotice().waiting(spec.function(), progress.workers());
      progress.looksAtFailures();
    }
    return Pause.of(pollDelay());
  }

  /** Returns the wait for another key; null when there is none or the engine refused that too. */
  private @Nullable Pause afterRefusedKey(EndpointKey key) {
    if (keyRefused) {
      return null;
    }
    keyRefused = true;
    CompletableFuture<EndpointKey> other = context.keys().refused(key);
    return other == null ? null : afterLoad(other);
  }

  /** Returns a second, then a random time in [0.1, min(2^attempt + rand, 5)] seconds. */
  private Duration pollDelay() {
    int attempt = polls++;
    if (attempt == 0) {
      return Duration.ofSeconds(1);
    }
    double most = Math.min(Math.pow(2, attempt) + timing.random(), LONGEST_POLL);
    return Duration.ofNanos((long) ((0.1 + timing.random() * (most - 0.1)) * 1e9));
  }

  private Pause afterFailure(Router.Failed failure, EndpointKey key, Exchange exchange)
      throws Failed {
    progress.routeFailed(failure.report());
    if (failure.keyRefused()) {
      Pause pause = afterRefusedKey(key);
      if (pause != null) {
        return pause;
      }
    }
    if (failure.refused()) {
      throw new Failed(
          new CallRefusedException(
              failure.status(),
              "by the engine: " + failure.words(),
              progress.trace(),
              failure.report()));
    }
    if (failure.hopeless()) {
      throw new Failed(failure.report());
    }
    long now = timing.nanoTime();
    if (failures++ == 0) {
      failingSince = now;
      log.debug("Routing '{}' failed; retrying: {}", spec.function(), failure.report().toString());
    }
    if (failures >= ENGINE_TRIES && now - failingSince >= ENGINE_SILENT_NANOS) {
      throw new Failed(failure.report());
    }
    // The engine may have closed an idle connection.
    boolean stale = failures == 1 && exchange.started() && !exchange.fresh();
    return Pause.of(stale ? Duration.ZERO : AFTER_FAILURE.after(failures, timing.random()));
  }
}
