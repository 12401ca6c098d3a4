package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;

/** What a value may not exceed, so that no peer can exhaust a process with one request. */
final class Limits {
  /** Lists in lists, maps in maps and so on. */
  static final int DEPTH = 500;

  /** JSON containers per level: a dict is an object that holds an array of pairs. */
  private static final int CONTAINERS_PER_LEVEL = 3;

  /** Digits of a number. */
  static final int NUMBER_LENGTH = 10_000;

  /** Characters of a string. */
  static final int STRING_LENGTH = 256 << 20;

  /** Bytes of a byte array; what a Java array can hold, some VMs' headers considered. */
  static final int BYTES_LENGTH = Integer.MAX_VALUE - 8;

  /** Characters of a property's name, or of a key where a property's name is wanted. */
  static final int NAME_LENGTH = 50_000;

  private static final double BITS_PER_DIGIT = 3.3219280948873626;

  /** Bits of the largest integer that is surely within {@link #NUMBER_LENGTH}. */
  static final int NUMBER_BITS = (int) (NUMBER_LENGTH * BITS_PER_DIGIT);

  private Limits() {}

  static StreamReadConstraints reading() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(DEPTH * CONTAINERS_PER_LEVEL + CONTAINERS_PER_LEVEL * 2)
        .maxNumberLength(NUMBER_LENGTH)
        .maxStringLength(STRING_LENGTH)
        .maxNameLength(NAME_LENGTH)
        .build();
  }

  static StreamWriteConstraints writing() {
    return StreamWriteConstraints.builder()
        .maxNestingDepth(DEPTH * CONTAINERS_PER_LEVEL + CONTAINERS_PER_LEVEL * 2)
        .build();
  }

  static String depthExceeded() {
    return "nested deeper than " + DEPTH + " levels, which is the limit of depth";
  }
}
