package dev.vast4j.internal.wire;

/** Who reads what is written. */
public enum Dialect {
  /** A vast4j worker or client: booleans are JSON booleans. */
  JAVA,
  /**
   * The reference worker, which knows no booleans (they travel as 0 and 1) and wants Python
   * classes.
   */
  PYTHON
}
