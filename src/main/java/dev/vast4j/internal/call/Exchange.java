package dev.vast4j.internal.call;

import dev.vast4j.internal.http.SendProgress;
import dev.vast4j.internal.http.Watch;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange in flight: how far its request got, when it is overdue, who may give it up.
 * Cancelling it closes its connection.
 */
final class Exchange extends SendProgress implements Watch.Watched {
  private static final long NEVER = Long.MAX_VALUE;

  private final long start;
  private final long answerNanos;
  private volatile @Nullable Thread caller;
  private volatile @Nullable Call call;

  /** Nanoseconds from the start until it is overdue. */
  private volatile long limit;

  private volatile boolean fresh;
  private volatile boolean overdue;
  private volatile boolean cancelled;

  /**
   * Makes the exchange.
   *
   * @param start now
   * @param connectNanos time to make a connection
   * @param answerNanos time from the request to the answer's end
   * @param caller the thread that waits in it and whose interruption ends it, or null
   */
  Exchange(long start, long connectNanos, long answerNanos, @Nullable Thread caller) {
    this.start = start;
    this.answerNanos = answerNanos;
    this.caller = caller;
    this.limit = connectNanos;
  }

  /** Names the call to cancel. */
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

  /** Whether time ran out. */
  boolean overdue() {
    return overdue;
  }

  /** Whether it made its own connection; one that was used before may have been closed since. */
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

  /** Starts the clock for the next part of the answer, which this thread waits for. */
  void resume(long now, long nanos, @Nullable Thread caller) {
    this.caller = caller;
    limit = now - start + nanos;
  }

  /** Stops the clock, while it is the consumer's turn. */
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
