package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * Calls of clients whose interface is older than the worker's, and lacks parameters that it has. A
 * worker refuses such a call. A client that then learns that it is the older one says so with its
 * requests, and workers take null for missing parameters of reference types from then on.
 */
public final class MissingParameters {
  /** The header of such a request. */
  public static final String HEADER = "Vast4j-Missing";

  /** The header's value. */
  public static final String NULL = "null";

  /** What a refusal says about a missing parameter. */
  static final String MESSAGE = "missing parameter";

  private MissingParameters() {}

  /** {@return whether a request with this header's value says that missing means null} */
  public static boolean areNull(@Nullable String header) {
    return NULL.equals(header);
  }

  /** {@return whether a worker's refusal names a missing parameter} */
  public static boolean refused(String detail) {
    return detail.contains(MESSAGE);
  }
}
