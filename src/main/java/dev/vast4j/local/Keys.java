package dev.vast4j.local;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Compares keys in a time that does not tell how much of a guess was right. */
final class Keys {
  private Keys() {}

  static boolean same(String key, @Nullable String given) {
    return given != null
        && MessageDigest.isEqual(
            key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
