package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of the deployment's endpoint. Read once; refreshed in the background after three days,
 * before the next call after six, and when the engine refuses it. Thread-safe.
 */
final class EndpointKeys {
  private static final Logger log = LoggerFactory.getLogger(EndpointKeys.class);
  static final Duration SOFT_AGE = Duration.ofDays(3);
  static final Duration HARD_AGE = Duration.ofDays(6);

  /** A refused key younger than this is not read again: it would be the same. */
  static final Duration FRESH = Duration.ofSeconds(5);

  private final Connection connection;
  private final Timing timing;
  private final LongSupplier endpointId;
  private final LongFunction<EndpointInfo> lookup;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable EndpointKey key;
  private @Nullable CompletableFuture<EndpointKey> loading;
  private long loadingId;

  EndpointKeys(Connection connection, LongSupplier endpointId) {
    this(connection, endpointId, connection.web()::endpoint);
  }

  /**
   * Creates it without a key.
   *
   * @param endpointId returns the endpoint's id without blocking
   * @param lookup reads the endpoint with this id; blocks
   */
  EndpointKeys(Connection connection, LongSupplier endpointId, LongFunction<EndpointInfo> lookup) {
    this.connection = connection;
    this.timing = connection.transport().timing();
    this.endpointId = endpointId;
    this.lookup = lookup;
  }

  /**
   * Returns the known key, or null when {@link #load} must come first. Throws what the supplier of
   * the endpoint's id throws.
   */
  @Nullable EndpointKey current() {
    EndpointKey now = usable();
    if (now != null && age(now) >= SOFT_AGE.toNanos()) {
      Futures.onDone(
          reload(now),
          failure -> {
            if (failure != null) {
              log.debug("The endpoint's data could not be refreshed: {}", failure.toString());
            }
          });
    }
    return now;
  }

  /** The endpoint's id; throws what its supplier throws. */
  long endpoint() {
    return endpointId.getAsLong();
  }

  /** Reads the key unless it is known, once for all who ask meanwhile. Does not block. */
  CompletableFuture<EndpointKey> load() {
    EndpointKey unusable = key;
    EndpointKey now = usable();
    return now == null ? reload(unusable) : CompletableFuture.completedFuture(now);
  }

  /** Reads the key, unless the stale one has been replaced since. */
  private CompletableFuture<EndpointKey> reload(@Nullable EndpointKey stale) {
    long id = endpointId.getAsLong();
    CompletableFuture<EndpointKey> mine;
    lock.lock();
    try {
      EndpointKey now = key;
      if (now != null && now != stale && now.id() == id) {
        return CompletableFuture.completedFuture(now);
      }
      if (loading != null && loadingId == id) {
        return loading;
      }
      mine = new CompletableFuture<>();
      loading = mine;
      loadingId = id;
    } finally {
      lock.unlock();
    }
    try {
      connection.transport().executor().execute(() -> fetch(id, mine));
    } catch (RejectedExecutionException e) {
      done(mine);
      mine.completeExceptionally(Cancellations.closed());
    }
    return mine;
  }

  /**
   * Reports that the engine refused a key.
   *
   * @return completes when there is another key to try; null when there is none
   */
  @Nullable CompletableFuture<EndpointKey> refused(EndpointKey refused) {
    if (key == refused && age(refused) < FRESH.toNanos()) {
      return null;
    }
    return reload(refused);
  }

  private @Nullable EndpointKey usable() {
    EndpointKey now = key;
    return now == null || now.id() != endpointId.getAsLong() || age(now) >= HARD_AGE.toNanos()
        ? null
        : now;
  }

  private long age(EndpointKey of) {
    return timing.nanoTime() - of.loadedAt();
  }

  private void fetch(long id, CompletableFuture<EndpointKey> future) {
    try {
      EndpointInfo endpoint = lookup.apply(id);
      String secret = endpoint.apiKey();
      if (secret == null || secret.isEmpty()) {
        throw new UnexpectedAnswerException(
            "GET /api/v0/endptjobs/" + endpoint.id() + "/", "no 'api_key' of the endpoint", null);
      }
      EndpointKey fresh = new EndpointKey(id, endpoint.name(), secret, timing.nanoTime());
      key = fresh;
      done(future);
      future.complete(fresh);
    } catch (RuntimeException | Error e) {
      done(future);
      future.completeExceptionally(e);
    }
  }

  private void done(CompletableFuture<EndpointKey> future) {
    lock.lock();
    try {
      if (loading == future) {
        loading = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
