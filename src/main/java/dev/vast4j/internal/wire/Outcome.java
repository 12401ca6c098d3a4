package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/** What a function call came to. */
public sealed interface Outcome {
  /**
   * The function returned.
   *
   * @param value decoded to the declared type
   */
  record Ok(@Nullable Object value) implements Outcome {}

  /**
   * The function threw.
   *
   * @param error what it threw
   */
  record Err(RemoteError error) implements Outcome {}
}
