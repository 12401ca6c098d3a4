package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/** The result of a function call. */
public sealed interface Outcome {
  /**
   * The function returned.
   *
   * @param value the result, decoded to the declared type
   */
  record Ok(@Nullable Object value) implements Outcome {}

  /**
   * The function threw.
   *
   * @param error the exception
   */
  record Err(RemoteError error) implements Outcome {}
}
