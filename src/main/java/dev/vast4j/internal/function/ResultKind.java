package dev.vast4j.internal.function;

/** How a remote method returns its result. */
public enum ResultKind {
  /** {@code T}, or {@code void}: the caller waits. */
  VALUE,
  /** {@code CompletableFuture<T>}. */
  FUTURE,
  /** {@code java.util.stream.Stream<T>}. */
  STREAM,
  /** {@code java.util.concurrent.Flow.Publisher<T>}. */
  PUBLISHER;

  /** {@return whether the worker sends elements one by one, as server-sent events} */
  public boolean streamed() {
    return this == STREAM || this == PUBLISHER;
  }
}
