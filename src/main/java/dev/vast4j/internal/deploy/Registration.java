package dev.vast4j.internal.deploy;

import dev.vast4j.Progress;
import dev.vast4j.UpdateTier;
import dev.vast4j.api.Connection;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DockerLogin;
import dev.vast4j.api.PutResponse;
import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.bundle.BundleCache;
import dev.vast4j.internal.bundle.BundleCache.Unfinished;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers versions, whether their bundles were just planned or kept. Thread-safe. */
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  /**
   * An upload policy may expire while a large bundle is packed or sent; more than that is an error.
   */
  private static final int MOST_REGISTRATIONS = 3;

  private final LocalState state;
  private final String service;
  private final BundleCache cache;
  private final Consumer<Progress> progress;

  /**
   * Creates it.
   *
   * @param service what progress calls the service
   */
  Registration(LocalState state, String service, Consumer<Progress> progress) {
    this.state = state;
    this.service = service;
    this.cache = state.bundleCache();
    this.progress = progress;
  }

  /**
   * The outcome.
   *
   * @param answer the last answer
   * @param tier the highest tier among all answers
   * @param uploaded whether the service asked for the bundle
   */
  record Registered(PutResponse answer, UpdateTier tier, boolean uploaded) {}

  /**
   * Registers a version, uploads its bundle if the service asks for it, and starts the rolling
   * update if there is one. Blocks.
   *
   * @param tarball writes the bundle, or returns it when it is there
   */
  Registered run(DeploymentConfig config, Supplier<Path> tarball) {
    Registered registered = registerAndUpload(config, tarball);
    PutResponse answer = registered.answer();
    if (!answer.evictedVersions().isEmpty()) {
      LOG.info(
          "Deployment '{}': the service removed old versions {}",
          config.name(),
          answer.evictedVersions());
    }
    if (registered.tier() == UpdateTier.SOFT) {
      startRollingUpdate(config, answer);
    }
    cache.forgetUnfinished(cacheKey(config));
    cache.rememberSecret(text(config.dockerLogin()), cacheKey(config));
    return registered;
  }

  private Registered registerAndUpload(DeploymentConfig config, Supplier<Path> tarball) {
    Connection connection = state.connection();
    UploadException expired = null;
    UpdateTier tier = UpdateTier.NONE;
    for (int attempt = 0; attempt < MOST_REGISTRATIONS; attempt++) {
      progress.accept(new Progress.Registering(service));
      PutResponse answer = connection.web().putDeployment(config);
      tier = higher(tier, tier(config, answer));
      if (!answer.needsUpload()) {
        if (cache
            .unfinished(config.fileHash(), cacheKey(config))
            .filter(Unfinished::rollsOut)
            .isPresent()) {
          tier = higher(tier, UpdateTier.SOFT);
        }
        return new Registered(answer, tier, false);
      }
      boolean soft = tier == UpdateTier.SOFT;
      unfinished(config, soft ? Unfinished.UPLOAD_AND_ROLLOUT : Unfinished.UPLOAD);
      try {
        connection.upload(
            answer,
            tarball.get(),
            (sent, total) -> progress.accept(new Progress.Uploading(sent, total)));
        if (soft) {
          unfinished(config, Unfinished.ROLLOUT);
        }
        return new Registered(answer, tier, true);
      } catch (UploadException e) {
        if (e.status() != 403) {
          throw e;
        }
        LOG.info("Deployment '{}': the upload was refused, registering again", config.name());
        expired = e;
      }
    }
    throw Objects.requireNonNull(expired);
  }

  private void unfinished(DeploymentConfig config, Unfinished step) {
    cache.rememberUnfinished(config.fileHash(), step, cacheKey(config));
  }

  private void startRollingUpdate(DeploymentConfig config, PutResponse answer) {
    Long named = answer.workergroupId();
    OptionalLong group =
        named != null
            ? OptionalLong.of(named)
            : state.connection().web().workergroupOf(answer.endpointId());
    if (group.isPresent()) {
      state.connection().engine().updateWorkers(group.getAsLong());
    } else {
      LOG.warn(
          "Deployment '{}': endpoint {} has no known workergroup, so no rolling update starts;"
              + " workers take the new bundle when they boot",
          config.name(),
          answer.endpointId());
    }
  }

  private static UpdateTier higher(UpdateTier one, UpdateTier other) {
    return one.level() > other.level() ? one : other;
  }

  /**
   * An existing deployment without its bundle was registered by a run that ended too soon, or by a
   * request whose answer was lost: its workers do not run that bundle yet.
   */
  private static UpdateTier tier(DeploymentConfig config, PutResponse answer) {
    UpdateTier known = answer.needsUpload() ? UpdateTier.SOFT : UpdateTier.NONE;
    return switch (answer.action()) {
      case "exists" -> known;
      case "autoscale_update" -> higher(known, UpdateTier.AUTOSCALING);
      case "soft_update" -> UpdateTier.SOFT;
      case "hard_update" -> UpdateTier.HARD;
      case "created" -> UpdateTier.NEW;
      default -> {
        UpdateTier likely = answer.needsUpload() ? UpdateTier.HARD : UpdateTier.NONE;
        LOG.warn(
            "Deployment '{}': unknown action '{}' of the service; treated as {}",
            config.name(),
            answer.action(),
            likely);
        yield likely;
      }
    };
  }

  /** {@return the registry's log-in as one text; the service never returns it} */
  static String text(@Nullable DockerLogin login) {
    return login == null ? "" : String.join("\n", login.user(), login.password(), login.repo());
  }

  private String[] cacheKey(DeploymentConfig config) {
    String tag = config.tag();
    return state.cacheKey(config.name(), tag == null ? "default" : tag);
  }
}
