package dev.vast4j.internal.deploy;

import dev.vast4j.api.Connection;
import dev.vast4j.internal.bundle.BundleCache;

/**
 * What this machine keeps about an account's deployments, in the cache's folder. Thread-safe.
 *
 * @param connection of the account
 */
record LocalState(Connection connection) {
  /** Whether the engine, and so its workers, run on this machine and can read its files. */
  boolean isOnThisMachine() {
    String host = String.valueOf(connection.webUrl().getHost());
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }

  /** What earlier runs left about bundles. */
  BundleCache bundleCache() {
    return BundleCache.in(connection.cacheFolder().resolve("bundles"));
  }

  /** What identifies a deployment in the bundles' cache. */
  String[] cacheKey(String name, String tag) {
    return new String[] {connection.webUrl().toString(), name, tag};
  }

  /** The versions that this machine deployed. */
  KeptVersions keptVersions() {
    return new KeptVersions(
        connection.cacheFolder().resolve("versions"),
        connection::derivedKey,
        connection.transport().timing()::now);
  }

  /**
   * What identifies a deployment among the kept versions. Engines on this machine come and go, each
   * at a port of its own; together they count as one service, so that they do not displace others.
   */
  String[] versionKey(String name, String tag) {
    return new String[] {
      isOnThisMachine() ? "this machine" : connection.webUrl().toString(), name, tag
    };
  }
}
