package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.StreamReadConstraints;

/** Limits of a value, so that no peer can exhaust a process with one request. */
final class Limits {
  /** Lists in lists, maps in maps and so on. */
  static final int DEPTH = 500;

  /** JSON containers per level: a dict is an object that holds an array of pairs. */
  private static final int CONTAINERS_PER_LEVEL = 3;

  /** Digits of a number. */
  static final int NUMBER_LENGTH = 10_000;

  /** Characters of a string. */
  private static final int STRING_LENGTH = 256 << 20;

  private static final double BITS_PER_DIGIT = 3.3219280948873626;

  /** Bits of the largest integer that is surely within {@link #NUMBER_LENGTH}. */
  static final int NUMBER_BITS = (int) (NUMBER_LENGTH * BITS_PER_DIGIT);

  private Limits() {}

  static StreamReadConstraints reading() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(DEPTH * CONTAINERS_PER_LEVEL + CONTAINERS_PER_LEVEL * 2)
        .maxNumberLength(NUMBER_LENGTH)
        .maxStringLength(STRING_LENGTH)
        .build();
  }

  static String depthExceeded() {
    return "nested deeper than " + DEPTH + " levels, which is the limit of depth";
  }
}
