package dev.vast4j.internal.call;

import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The version that a client calls, and whether the service calls it current; asks at most once in
 * five seconds, for all calls together. Thread-safe.
 */
final class ClientVersion {
  /** How long an answer of the service counts. */
  static final Duration FRESH = Duration.ofSeconds(5);

  private final VersionSource source;
  private final Transport transport;
  private final Timing timing;
  private final ReentrantLock lock = new ReentrantLock();

  /** The version of which this client turned out to have an older interface, or to be itself. */
  private volatile @Nullable String older;

  /** Functions of which this client turned out to have a newer interface than a version. */
  private final Set<Newer> newer = ConcurrentHashMap.newKeySet();

  // Guarded by the lock.
  private @Nullable Asked last;

  ClientVersion(VersionSource source, Transport transport) {
    this.source = source;
    this.transport = transport;
    this.timing = transport.timing();
  }

  private record Newer(String own, String function) {}

  /**
   * A question to the service.
   *
   * @param own the client's version at that time
   * @param at when it was asked
   * @param current the current version, empty if unknown
   */
  private record Asked(String own, long at, CompletableFuture<String> current) {
    boolean failed() {
      return current.isCompletedExceptionally();
    }
  }

  /** Returns the version that this client deployed or attached to, or null if unknown. */
  @Nullable String own() {
    return source.own();
  }

  /** Whether the client's interfaces may be of another version than its own. */
  boolean attached() {
    return source.attached();
  }

  /** Whether a worker lacked parameters of this client's calls because the client is older. */
  boolean older(String own) {
    return own.equals(older);
  }

  /** Takes that a worker lacked parameters because the client, of this version, is older. */
  void foundOlder(String own) {
    older = own;
  }

  /** Whether this client, of this version, knows parameters of the function that no worker has. */
  boolean newer(String own, String function) {
    return !newer.isEmpty() && newer.contains(new Newer(own, function));
  }

  /**
   * Takes that a worker of this client's own version did not know parameters of the function.
   *
   * @return whether that is news
   */
  boolean foundNewer(String own, String function) {
    return newer.add(new Newer(own, function));
  }

  /** Asks for the current version, which is empty if unknown. Does not block. */
  CompletableFuture<String> current() {
    String own = Objects.requireNonNullElse(source.own(), "");
    CompletableFuture<String> answer;
    lock.lock();
    try {
      long now = timing.nanoTime();
      Asked known = last;
      // Another deploy of this client makes another version current.
      if (known != null
          && known.own().equals(own)
          && !known.failed()
          && now - known.at() < FRESH.toNanos()) {
        return known.current();
      }
      answer = new CompletableFuture<>();
      last = new Asked(own, now, answer);
    } finally {
      lock.unlock();
    }
    try {
      transport.executor().execute(() -> ask(answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(Cancellations.closed());
    }
    return answer;
  }

  private void ask(CompletableFuture<String> answer) {
    try {
      answer.complete(Objects.requireNonNullElse(source.current(), ""));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }
}
