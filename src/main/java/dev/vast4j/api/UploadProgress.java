package dev.vast4j.api;

/** Listens to an upload's progress. */
@FunctionalInterface
public interface UploadProgress {
  /** Ignores progress. */
  UploadProgress NONE = (sent, total) -> {};

  /**
   * Called on the uploading thread at least every 64 KB and at the end. A retry starts from 0.
   *
   * @param sent bytes of the file sent so far
   * @param total size of the file, in bytes
   */
  void sent(long sent, long total);
}
