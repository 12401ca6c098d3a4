package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/** The kind of reader that a value is written for. */
public enum Dialect {
  /** A vast4j worker or client: booleans are JSON booleans. */
  JAVA,
  /**
   * A reference worker or client, which knows no booleans (they travel as 0 and 1) and expects
   * Python classes.
   */
  PYTHON;

  /**
   * Returns the dialect for a client by its {@code User-Agent}: {@code vast4j/1.0} is one of ours,
   * any other or none may be the reference.
   */
  public static Dialect ofClient(@Nullable String userAgent) {
    return userAgent != null && userAgent.startsWith("vast4j/") ? JAVA : PYTHON;
  }
}
