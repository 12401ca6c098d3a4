package dev.vast4j.internal.bundle;

import dev.vast4j.Progress;
import dev.vast4j.errors.BundleException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A bundle whose content is known and whose tarball can be written at any time, with the same bytes
 * on every run. Immutable; safe for use by many threads.
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
  private final Optional<Progress.LeftOut> omitted;

  /**
   * Creates the plan.
   *
   * @param hash the content hash
   * @param contents a digest of everything in the tarball; a Python source's hash covers less
   * @param config the user's config
   * @param leftOut files that stay out because they look like secrets
   * @param members creates the tarball's members
   * @param summary creates the summary
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
    this(hash, contents, config, leftOut, members, summary, cache, Optional.empty());
  }

  private BundlePlan(
      String hash,
      String contents,
      BundleConfig config,
      Collection<String> leftOut,
      Supplier<List<Member>> members,
      Supplier<BundleSummary> summary,
      BundleCache cache,
      Optional<Progress.LeftOut> omitted) {
    this.hash = hash;
    this.contents = contents;
    this.config = config;
    this.leftOut = List.copyOf(leftOut);
    this.members = members;
    this.summary = summary;
    this.cache = cache;
    this.omitted = omitted;
  }

  /** {@return the content hash ({@code file_hash} of the deployment), 64 lower-case hex digits} */
  public String hash() {
    return hash;
  }

  /**
   * {@return the tarball's size in bytes if this content was written before with the same zlib;
   * else empty}
   */
  public OptionalLong knownSize() {
    String size = cache.loadText(SIZE, Tarball.FORMAT, contents);
    try {
      return size == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(size));
    } catch (NumberFormatException e) {
      // A damaged entry of the cache counts as absent.
      return OptionalLong.empty();
    }
  }

  /**
   * Writes the tarball completely or not at all. Blocks; interrupting the thread cancels it.
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
      // The cached facts may have been wrong, so the next plan reads everything.
      cache.forgetAll(FileReader.FACTS);
      cache.forgetAll(FileReader.WHOLE);
      throw e;
    }
    cache.storeText(Long.toString(size), SIZE, Tarball.FORMAT, contents);
    return size;
  }

  /** {@return what workers install, export and run} */
  public BundleConfig config() {
    return config;
  }

  /**
   * {@return the content by name, for comparing with an earlier bundle} Takes a moment for large
   * bundles.
   */
  public BundleSummary summary() {
    return summary.get();
  }

  /** {@return the plan with what its copies leave out} */
  BundlePlan omitting(Optional<Progress.LeftOut> built) {
    return new BundlePlan(hash, contents, config, leftOut, members, summary, cache, built);
  }

  /** {@return what copies leave out because it is built or an editor's} */
  public Optional<Progress.LeftOut> omitted() {
    return omitted;
  }

  /**
   * {@return the paths on this machine of files that stay out because they look like secrets,
   * sorted}
   */
  public List<String> leftOut() {
    return leftOut;
  }
}
