package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call of a batched function that the benchmark makes. Completes once its result is encoded. */
final class BenchmarkCall extends CompletableFuture<@Nullable Void> implements QueuedCall {
  private final List<@Nullable Object> arguments;
  private final Encoding encoding;

  /** Encodes a result. */
  @FunctionalInterface
  interface Encoding {
    void encode(@Nullable Object value) throws IOException;
  }

  // Guarded by this.
  private @Nullable BodyRun run;
  private boolean cancelled;

  BenchmarkCall(List<@Nullable Object> arguments, Encoding encoding) {
    this.arguments = arguments;
    this.encoding = encoding;
  }

  @Override
  public void runAlone() {
    throw new IllegalStateException("the benchmark calls in batches");
  }

  @Override
  public synchronized boolean begin(BodyRun body) {
    run = body;
    return !cancelled;
  }

  @Override
  public List<@Nullable Object> arguments() {
    return arguments;
  }

  @Override
  public void end(BatchResult<@Nullable Object> result) {
    Throwable failure = result.failure();
    if (failure != null) {
      completeExceptionally(new Causes.Carrier(failure));
      return;
    }
    try {
      encoding.encode(result.value());
      complete(null);
    } catch (Throwable e) { // what a value's own code throws
      completeExceptionally(new Causes.Carrier(e));
    }
  }

  @Override
  public void released() {
    // The benchmark keeps nothing.
  }

  @Override
  public boolean cancel(boolean interrupt) {
    synchronized (this) {
      if (!cancelled && run != null) {
        run.cancelled();
      }
      cancelled = true;
    }
    return super.cancel(interrupt);
  }
}
