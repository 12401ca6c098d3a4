package dev.vast4j.internal.bundle;

/**
 * A line of the bundle's list of assets.
 *
 * @param destination where it goes: absolute, or relative to the working directory
 * @param sha256 its content's, 64 lower-case hex digits
 * @param size bytes
 * @param url where a worker downloads it
 * @param region the bucket's, for a worker that signs the URL itself; else empty
 */
public record AssetEntry(String destination, String sha256, long size, String url, String region) {
  /** Without the URL, whose signature grants access to the object. */
  @Override
  public String toString() {
    return "AssetEntry[" + destination + ", " + sha256 + "]";
  }
}
