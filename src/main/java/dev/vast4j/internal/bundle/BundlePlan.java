package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A bundle whose content is known and whose tarball can be written at any time, byte for byte the
 * same on every run. Immutable; safe for use by many threads.
 */
public final class BundlePlan {
  private static final String SIZE = "size";

  private final String hash;
  private final String contents;
  private final BundleConfig config;
  private final List<String> leftOut;
  private final Supplier<List<Member>> members;
  private final Supplier<BundleSummary> summary;
  private final BundleCache cache;

  /**
   * Creates the plan.
   *
   * @param hash the content hash
   * @param contents says everything that shows in the tarball, some of which a Python source's hash
   *     leaves out
   * @param config the config as it travels
   * @param leftOut what stays out because it looks like a secret
   * @param members makes the tarball's members
   * @param summary makes the summary
   * @param cache where the tarball's size is kept
   */
  BundlePlan(
      String hash,
      String contents,
      BundleConfig config,
      Collection<String> leftOut,
      Supplier<List<Member>> members,
      Supplier<BundleSummary> summary,
      BundleCache cache) {
    this.hash = hash;
    this.contents = contents;
    this.config = config;
    this.leftOut = List.copyOf(leftOut);
    this.members = members;
    this.summary = summary;
    this.cache = cache;
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
    String size = cache.loadText(SIZE, Tarball.FORMAT, contents);
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
      size = Tarball.write(members.get(), tarball);
    } catch (BundleException e) {
      // Should the facts remembered have been the wrong ones, the next plan reads everything.
      cache.forgetAll(FileReader.FACTS);
      cache.forgetAll(FileReader.WHOLE);
      throw e;
    }
    cache.storeText(Long.toString(size), SIZE, Tarball.FORMAT, contents);
    return size;
  }

  /** {@return the config as it travels, the Java runtime's package included} */
  public BundleConfig config() {
    return config;
  }

  /**
   * The content by name, for comparing with an earlier bundle. Takes a moment for large bundles.
   *
   * @return the summary
   */
  public BundleSummary summary() {
    return summary.get();
  }

  /**
   * What stays out because it looks like a secret.
   *
   * @return paths as found on this machine, sorted
   */
  public List<String> leftOut() {
    return leftOut;
  }
}
