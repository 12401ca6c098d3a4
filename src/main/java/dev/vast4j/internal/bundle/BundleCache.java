package dev.vast4j.internal.bundle;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is remembered between runs: digests of files, sizes of tarballs, summaries of what was last
 * deployed. Losing it costs time only. Safe for use by many threads and processes at once.
 */
public final class BundleCache {
  private final Path folder;

  private BundleCache(Path folder) {
    this.folder = folder;
  }

  /**
   * The user's cache, {@code $XDG_CACHE_HOME/vast4j} or {@code ~/.cache/vast4j}.
   *
   * @return the cache
   */
  public static BundleCache ofUser() {
    return in(Path.of(System.getProperty("user.home", "."), ".cache", "vast4j"));
  }

  /**
   * A cache in a folder of one's own.
   *
   * @param folder created when needed, readable by its owner only
   * @return the cache
   */
  public static BundleCache in(Path folder) {
    return new BundleCache(folder);
  }

  /**
   * The summary of what was last deployed.
   *
   * @param deployment whatever tells deployments apart: service, name, tag
   * @return the summary, or empty when none is remembered
   */
  public Optional<BundleSummary> lastDeployed(String... deployment) {
    throw new UnsupportedOperationException(folder + String.join("/", deployment));
  }

  /**
   * Remembers what was deployed.
   *
   * @param summary the content
   * @param deployment whatever tells deployments apart: service, name, tag
   */
  public void rememberDeployed(BundleSummary summary, String... deployment) {
    throw new UnsupportedOperationException(summary + folder.toString() + deployment.length);
  }
}
