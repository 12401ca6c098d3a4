package dev.vast4j.internal.assets;

import dev.vast4j.internal.bundle.AssetFile;

/** Is told how an upload goes. */
@FunctionalInterface
public interface AssetProgress {
  /**
   * Called on the uploading thread.
   *
   * @param asset which file
   * @param sent how many of its bytes are sent; fewer than before when a part is sent again
   */
  void sent(AssetFile asset, long sent);
}
