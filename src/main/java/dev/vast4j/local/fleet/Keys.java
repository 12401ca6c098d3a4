package dev.vast4j.local.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Compares keys in a time that does not tell how much of a guess was right. */
public final class Keys {
  private Keys() {}

  /** Whether they are one; no key, such as that of a worker that never booted, opens nothing. */
  public static boolean same(String key, @Nullable String given) {
    return given != null
        && !key.isEmpty()
        && MessageDigest.isEqual(
            key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
