package dev.vast4j.internal.deploy;

import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WebApi;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the service says about a deployment's current version, read at most every four seconds,
 * because the web API limits how often. For one thread.
 */
final class CurrentVersion {
  private static final Duration POLL = Duration.ofSeconds(4);

  private final WebApi web;
  private final Timing timing;
  private final String name;
  private final DeployedIds ids;
  private final boolean own;
  private @Nullable DeploymentInfo last;
  private long readAt;

  /**
   * Creates a reader.
   *
   * @param ids the deployment, with its version
   * @param own whether that version is meant, rather than whichever is current
   */
  CurrentVersion(WebApi web, Timing timing, String name, DeployedIds ids, boolean own) {
    this.web = web;
    this.timing = timing;
    this.name = name;
    this.ids = ids;
    this.own = own;
  }

  /** Returns the deployment as it was at most four seconds ago; blocks. */
  DeploymentInfo info() {
    DeploymentInfo known = last;
    long now = timing.nanoTime();
    if (known != null && now - readAt < POLL.toNanos()) {
      return known;
    }
    DeploymentInfo info;
    try {
      info = web.deployment(ids.deployment());
    } catch (ApiException e) {
      if (e.status() == 404) {
        throw new NotDeployedException(name, "it was deleted");
      }
      throw e;
    }
    last = info;
    readAt = now;
    return info;
  }

  /** Whether the version that is meant is the current one, as far as the service tells. */
  boolean isCurrent() {
    if (!own || ids.fileHash() == null) {
      return true;
    }
    DeploymentInfo info = info();
    String version = EnvironmentFlags.version(info.fileHash(), info.env());
    return (info.fileHash() == null || info.fileHash().equals(ids.fileHash()))
        && (version == null || ids.version() == null || version.equals(ids.version()));
  }

  /** Returns what client and workers call the version that is meant, or null if unknown. */
  @Nullable String identity() {
    DeploymentInfo info = info();
    return own ? ids.version() : EnvironmentFlags.version(info.fileHash(), info.env());
  }

  /**
   * Returns why the service took the own version back, or null if it did not or doesn't tell;
   * blocks.
   */
  @Nullable String rolledBack() {
    return web.versions(ids.deployment()).stream()
        .filter(version -> Objects.equals(version.fileHash(), ids.fileHash()))
        .max(Comparator.comparingLong(VersionInfo::id))
        .map(VersionInfo::error)
        .orElse(null);
  }
}
