package dev.vast4j.local.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Compares keys in constant time. */
public final class Keys {
  private Keys() {}

  /**
   * {@return whether the keys are equal} An empty key, such as that of a worker that never booted,
   * equals none.
   */
  public static boolean same(String key, @Nullable String given) {
    return given != null
        && !key.isEmpty()
        && MessageDigest.isEqual(
            key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
