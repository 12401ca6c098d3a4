package dev.vast4j.internal.call;

import org.jspecify.annotations.Nullable;

/** The version of a deployment that a client calls. Thread-safe. */
public interface VersionSource {
  /** Knows nothing, as for Python deployments. */
  VersionSource UNKNOWN =
      new VersionSource() {
        @Override
        public @Nullable String own() {
          return null;
        }

        @Override
        public @Nullable String current() {
          return null;
        }
      };

  /**
   * {@return the version that this client deployed or attached to, or null if unknown} Does not
   * block.
   */
  @Nullable String own();

  /**
   * {@return whether the client's interfaces may be of another version than {@link #own}, as those
   * of one that attached are}
   */
  default boolean attached() {
    return false;
  }

  /** {@return the version that the service calls current, or null if unknown} Blocks. */
  @Nullable String current();
}
