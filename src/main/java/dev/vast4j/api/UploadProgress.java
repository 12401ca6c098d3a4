package dev.vast4j.api;

/** Told how far an upload is. */
@FunctionalInterface
public interface UploadProgress {
  /** Tells nobody. */
  UploadProgress NONE = (sent, total) -> {};

  /**
   * Called on the uploading thread at least every 64 KB and at the end; starts from 0 again when
   * the upload is repeated.
   *
   * @param sent bytes of the file sent so far
   * @param total size of the file, in bytes
   */
  void sent(long sent, long total);
}
