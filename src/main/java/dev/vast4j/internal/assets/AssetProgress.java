package dev.vast4j.internal.assets;

import dev.vast4j.internal.bundle.AssetFile;

/** Receives the progress of an upload. */
@FunctionalInterface
public interface AssetProgress {
  /**
   * Called on the uploading thread.
   *
   * @param asset the file
   * @param sent the bytes sent so far; fewer than before when a part is sent again
   */
  void sent(AssetFile asset, long sent);
}
