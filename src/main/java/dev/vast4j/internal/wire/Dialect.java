package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/** Who reads what is written. */
public enum Dialect {
  /** A vast4j worker or client: booleans are JSON booleans. */
  JAVA,
  /**
   * The reference worker, which knows no booleans (they travel as 0 and 1) and wants Python
   * classes.
   */
  PYTHON;

  /**
   * The dialect for a client, by how it calls itself in {@code User-Agent}: {@code vast4j/1.0} is
   * one of ours, any other or none may be the reference.
   */
  public static Dialect ofClient(@Nullable String userAgent) {
    return userAgent != null && userAgent.startsWith("vast4j/") ? JAVA : PYTHON;
  }
}
