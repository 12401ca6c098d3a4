package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/** The kind of reader that a value is written for. */
public enum Dialect {
  /** A vast4j worker or client: booleans are JSON booleans. */
  JAVA,
  /**
   * A vast4j worker or client that announced {@link WireVersion version 2}: besides, arrays of
   * numbers are bytes where the declared type is such an array.
   */
  JAVA_ARRAYS,
  /**
   * A reference worker or client, which knows no booleans (they travel as 0 and 1) and expects
   * Python classes.
   */
  PYTHON;

  /**
   * Returns the dialect for a client by its {@code User-Agent}: {@code vast4j/1.0} is one of ours,
   * {@code vast4j/1.0 wire/2} one that reads arrays as bytes; any other or none may be the
   * reference.
   */
  public static Dialect ofClient(@Nullable String userAgent) {
    return userAgent != null && userAgent.startsWith("vast4j/")
        ? WireVersion.ofClient(userAgent)
        : PYTHON;
  }
}
