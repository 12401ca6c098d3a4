package dev.vast4j.internal.bundle;

/**
 * An asset as the bundle names it.
 *
 * @param destination where it goes: absolute, or relative to the working directory
 * @param sha256 its content's, 64 lower-case hex digits
 * @param size bytes
 * @param url where a worker gets it
 * @param region the bucket's, for a worker that signs the URL itself; empty when it need not
 */
public record AssetEntry(String destination, String sha256, long size, String url, String region) {
  /** Without the URL, whose signature opens the object to whoever has it. */
  @Override
  public String toString() {
    return "AssetEntry[" + destination + ", " + sha256 + "]";
  }
}
