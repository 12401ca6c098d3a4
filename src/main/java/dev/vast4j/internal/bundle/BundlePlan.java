package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A bundle whose content is known and whose tarball can be written at any time, byte for byte the
 * same on every run. Immutable; safe for use by many threads.
 */
public final class BundlePlan {
  private static final String SIZE = "size";

  private final String hash;
  private final BundleConfig config;
  private final List<Member> members;
  private final BundleSummary summary;
  private final List<String> leftOut;
  private final BundleCache cache;
  private final String contentHash;

  BundlePlan(
      String hash,
      BundleConfig config,
      List<Member> members,
      BundleSummary summary,
      List<String> leftOut,
      BundleCache cache) {
    this.hash = hash;
    this.config = config;
    this.members = List.copyOf(members);
    this.summary = summary;
    this.leftOut = List.copyOf(leftOut);
    this.cache = cache;
    this.contentHash = ContentHash.ofMembers(members);
  }

  /**
   * The content hash ({@code file_hash} of the deployment).
   *
   * @return 64 lower-case hex digits
   */
  public String hash() {
    return hash;
  }

  /**
   * The tarball's size when a bundle of this content was written before.
   *
   * @return bytes, or empty: then {@link #writeTo} tells
   */
  public OptionalLong knownSize() {
    String size = cache.loadText(SIZE, Tarball.FORMAT, contentHash);
    try {
      return size == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(size));
    } catch (NumberFormatException e) {
      // A damaged entry of the cache is none.
      return OptionalLong.empty();
    }
  }

  /**
   * Writes the tarball, which is complete or absent afterwards. Blocks; interrupting the thread
   * ends it.
   *
   * @param tarball the file to write, replaced if it exists
   * @return its size in bytes
   * @throws BundleException when a file differs from what was planned
   */
  public long writeTo(Path tarball) {
    long size;
    try {
      size = Tarball.write(members, tarball);
    } catch (BundleException e) {
      // Should the facts remembered have been the wrong ones, the next plan reads everything.
      cache.forgetAll(FileReader.FACTS);
      throw e;
    }
    cache.storeText(Long.toString(size), SIZE, Tarball.FORMAT, contentHash);
    return size;
  }

  /**
   * The config as it travels, the Java runtime's package included.
   *
   * @return the config
   */
  public BundleConfig config() {
    return config;
  }

  /**
   * The content by name, for comparing with an earlier bundle.
   *
   * @return the summary
   */
  public BundleSummary summary() {
    return summary;
  }

  /**
   * What the built-in ignore list kept out.
   *
   * @return paths as found on this machine, sorted
   */
  public List<String> leftOut() {
    return leftOut;
  }
}
