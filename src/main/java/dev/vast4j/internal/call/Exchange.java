package dev.vast4j.internal.call;

import dev.vast4j.internal.http.SendProgress;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.http.Watch;
import dev.vast4j.internal.wire.WireVersion;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange in flight: how far its request got, when it is overdue, whose interrupt cancels
 * it. Cancelling it closes its connection.
 */
final class Exchange extends SendProgress implements Watch.Watched {
  private static final long NEVER = Long.MAX_VALUE;
  private static final String USER_AGENT = WireVersion.announcedBy(Transport.userAgent());

  private volatile long start;
  private volatile long answerNanos;
  private volatile @Nullable Thread caller;
  private volatile @Nullable Call call;

  /** The nanoseconds from the start until it is overdue. */
  private volatile long limit;

  private volatile boolean fresh;
  private volatile boolean overdue;
  private volatile boolean cancelled;

  /**
   * Creates the exchange.
   *
   * @param start the present time
   * @param connectNanos time until the request is sent
   * @param answerNanos time until the answer is read
   * @param caller the waiting thread, whose interrupt cancels the exchange; or null
   */
  Exchange(long start, long connectNanos, long answerNanos, @Nullable Thread caller) {
    this.start = start;
    this.answerNanos = answerNanos;
    this.caller = caller;
    this.limit = connectNanos;
  }

  /** Starts a request that reports its progress here. */
  Request.Builder request(HttpUrl url, EndpointKey key) {
    return new Request.Builder()
        .url(url)
        .header("Authorization", key.bearer())
        .header("User-Agent", USER_AGENT)
        .tag(EventListener.class, this);
  }

  /** Tells a worker or engine of ours how long the caller waits; others ignore it. */
  static void timeout(Request.Builder request, long nanos) {
    request.header("Vast4j-Timeout", Long.toString(Math.max(1, nanos / 1_000_000)));
  }

  /** Starts the clock anew, before the request is sent. */
  void restart(long now, long nanos) {
    start = now;
    answerNanos = nanos;
    limit = nanos;
  }

  /** Sets the call to cancel. */
  void runs(Call call) {
    this.call = call;
    if (cancelled) {
      call.cancel();
    }
  }

  void cancel() {
    cancelled = true;
    Call running = call;
    if (running != null) {
      running.cancel();
    }
  }

  /** Whether it ran out of time. */
  boolean overdue() {
    return overdue;
  }

  /** Whether it made its own connection; the server may have closed a reused one. */
  boolean fresh() {
    return fresh;
  }

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    fresh = true;
  }

  @Override
  public void requestHeadersStart(Call call) {
    super.requestHeadersStart(call);
    limit = answerNanos;
  }

  /** Starts the clock for the next part of the answer, which the caller waits for. */
  void resume(long now, long nanos, @Nullable Thread caller) {
    this.caller = caller;
    limit = now - start + nanos;
  }

  /** Stops the clock while the consumer works. */
  void pause() {
    limit = NEVER;
    caller = null;
  }

  @Override
  public void check(long nanoTime) {
    if (nanoTime - start >= limit) {
      overdue = true;
      cancel();
      return;
    }
    Thread waiting = caller;
    if (waiting != null && waiting.isInterrupted()) {
      cancel();
    }
  }
}
