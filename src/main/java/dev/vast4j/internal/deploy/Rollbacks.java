package dev.vast4j.internal.deploy;

import dev.vast4j.Rollback;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.internal.bundle.BundleCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deploys versions again that this machine deployed before. Thread-safe. */
final class Rollbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Rollbacks.class);

  private final LocalState state;
  private final String service;

  /**
   * Creates it.
   *
   * @param service what messages call the service
   */
  Rollbacks(LocalState state, String service) {
    this.state = state;
    this.service = service;
  }

  /**
   * Deploys a version again.
   *
   * @param version the version's id, or null for the one before the current
   */
  Rollback run(long deployment, @Nullable Long version) {
    DeploymentInfo now = state.connection().web().deployment(deployment);
    List<VersionInfo> versions = state.connection().web().versions(deployment);
    VersionInfo wanted = version == null ? before(now, versions) : find(now, versions, version);
    KeptVersions kept = state.keptVersions();
    String[] key = state.versionKey(now.name(), now.tag());
    String hash = wanted.fileHash();
    DeploymentConfig config =
        hash == null ? null : kept.config(hash, wanted.image(), key).orElse(null);
    if (config == null) {
      throw notKept(now, wanted, kept);
    }
    try (ScratchFolder scratch = ScratchFolder.create("vast4j-rollback-")) {
      Path tarball = scratch.path().resolve("bundle.tar.gz");
      if (!kept.bundle(tarball, config.fileHash(), key)) {
        throw notKept(now, wanted, kept);
      }
      // The same content has another size when another zlib compressed it.
      Registration.Registered registered =
          new Registration(state, service, progress -> {})
              .run(withSize(config, Files.size(tarball)), () -> tarball);
      kept.keepConfig(config, key);
      BundleCache cache = state.bundleCache();
      cache.forgetDeployed(state.cacheKey(now.name(), now.tag()));
      LOG.info(
          "Deployment '{}' ({}): version {} is deployed again: {}",
          now.name(),
          now.tag(),
          wanted.id(),
          registered.tier().description());
      return new Rollback(wanted, registered.tier());
    } catch (IOException e) {
      throw new BundleException(
          System.getProperty("java.io.tmpdir", "temporary folder"), "cannot be written to", e);
    }
  }

  private static DeploymentConfig withSize(DeploymentConfig config, long size) {
    return DeploymentConfig.builder(config.name(), config.image(), config.fileHash(), size)
        .env(config.env())
        .tag(config.tag())
        .searchParams(config.searchParams())
        .storage(config.storage())
        .ttl(config.ttl())
        .versionLabel(config.versionLabel())
        .dockerLogin(config.dockerLogin())
        .scaling(config.scaling())
        .autoscalerInstance(config.autoscalerInstance())
        .build();
  }

  private static VersionInfo find(DeploymentInfo now, List<VersionInfo> versions, long id) {
    return versions.stream()
        .filter(version -> version.id() == id)
        .findFirst()
        .orElseThrow(
            () ->
                new NotDeployedException(
                    now.name(),
                    "it has no version " + id + ", only " + ids(versions) + "; give one of them"));
  }

  private static List<Long> ids(List<VersionInfo> versions) {
    return versions.stream().map(VersionInfo::id).toList();
  }

  /** Finds the newest version before the current one that is not the same and did not fail. */
  private static VersionInfo before(DeploymentInfo now, List<VersionInfo> versions) {
    Long current = now.currentVersionId();
    return versions.stream()
        .filter(version -> current == null || version.id() < current)
        .filter(version -> version.error() == null)
        .filter(
            version ->
                !Objects.equals(version.fileHash(), now.fileHash())
                    || !Objects.equals(version.image(), now.image()))
        .max(Comparator.comparingLong(VersionInfo::id))
        .orElseThrow(
            () ->
                new NotDeployedException(
                    now.name(),
                    "it has no version before the current one"
                        + (current == null ? "" : ", " + current)
                        + "; the service lists "
                        + ids(versions)));
  }

  private static BundleException notKept(
      DeploymentInfo now, VersionInfo wanted, KeptVersions kept) {
    return new BundleException(
        "version " + wanted.id() + " of " + now.name() + " (" + now.tag() + ")",
        "this machine does not keep its bundle: "
            + kept.folder()
            + " has the last "
            + KeptVersions.MOST_VERSIONS
            + " versions that were deployed from here with this API key. Check out that version's"
            + " source and deploy it, or roll back where it was deployed",
        null);
  }
}
