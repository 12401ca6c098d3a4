package dev.vast4j.internal.deploy;

import dev.vast4j.Classpath;
import dev.vast4j.Image;
import dev.vast4j.MarketEstimate;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.api.Connection;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.DockerLogin;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.PutResponse;
import dev.vast4j.errors.UploadException;
import dev.vast4j.internal.bundle.BundleCache;
import dev.vast4j.internal.bundle.BundleCache.Unfinished;
import dev.vast4j.internal.bundle.BundleConfig;
import dev.vast4j.internal.bundle.BundlePlan;
import dev.vast4j.internal.bundle.BundlePlanner;
import dev.vast4j.internal.bundle.BundleSource;
import dev.vast4j.internal.bundle.BundleSpec;
import dev.vast4j.internal.bundle.BundleSummary;
import dev.vast4j.internal.bundle.JavaSource;
import dev.vast4j.internal.bundle.PythonSource;
import dev.vast4j.query.SearchParams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans and deploys one deployment. Thread-safe; the owner runs one deploy at a time. */
final class Deployer {
  private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

  /**
   * An upload policy may expire while a large bundle is packed or sent; more than that is an error.
   */
  private static final int MOST_REGISTRATIONS = 3;

  /** How long a plan waits for prices after everything else is known. */
  private static final Duration MARKET_WAIT = Duration.ofSeconds(3);

  /** How long the first deploy waits for the market, to say before it that nothing matches. */
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private final DeploymentSpec spec;
  private final ConnectedVast vast;
  private final BundleCache cache;
  private final BundlePlanner planner;

  Deployer(DeploymentSpec spec, ConnectedVast vast, BundleCache cache) {
    this.spec = spec;
    this.vast = vast;
    this.cache = cache;
    this.planner = new BundlePlanner(cache);
  }

  /**
   * The outcome of a deploy.
   *
   * @param fileHash the bundle's content hash
   * @param version what client and workers call the version, or null for Python
   */
  record Deployed(
      UpdateTier tier,
      long deploymentId,
      long endpointId,
      String fileHash,
      @Nullable String version) {}

  UpdatePlan plan() {
    tell(new Progress.Planning(spec.name()));
    try (MarketLook market = MarketLook.start(spec, vast.connection());
        DeployedAssets assets = DeployedAssets.of(spec, planner)) {
      return plan(planBundle(assets), assets.planned(), market);
    }
  }

  private UpdatePlan plan(BundlePlan bundle, List<UpdatePlan.Asset> assets, MarketLook market) {
    try (PackedBundle packed = new PackedBundle(bundle, spec)) {
      DeploymentConfig wanted = config(bundle, packed.size());
      Optional<DeploymentInfo> there = vast.deployments().find(spec.name(), spec.tag());
      if (there.isEmpty()) {
        return updatePlan(UpdateTier.NEW, List.of(), wanted, assets, Optional.empty(), 0, market);
      }
      Differences differences = new Differences();
      DeploymentInfo now = there.get();
      differences.hard(now, wanted);
      if (cache.secretDiffers(login(), cacheKey())) {
        differences.login();
      }
      if (!wanted.fileHash().equals(now.fileHash())) {
        differences.code(codeChanges(bundle));
      } else {
        cache
            .unfinished(wanted.fileHash(), cacheKey())
            .ifPresent(step -> differences.code(List.of("code: " + leftUndone(step))));
      }
      differences.ttl(now.ttl(), wanted.ttl());
      Long endpoint = now.endpointId();
      if (endpoint != null) {
        EndpointInfo scaled = vast.endpoints().get(endpoint);
        differences.scaling(scaled.scaling(), wanted.scaling());
      }
      return updatePlan(
          differences.tier(),
          differences.changes(),
          wanted,
          assets,
          breaking(now, wanted),
          now.workerCount(),
          market);
    }
  }

  /** {@return what breaks callers of the deployed version; empty when its contract is unknown} */
  private Optional<List<UpdatePlan.BreakingChange>> breaking(
      DeploymentInfo now, DeploymentConfig wanted) {
    String deployed = now.fileHash();
    if (wanted.fileHash().equals(deployed)) {
      return Optional.of(List.of());
    }
    if (deployed == null || spec.python() != null) {
      return Optional.empty();
    }
    return cache
        .contract(deployed, cacheKey())
        .map(Contract::parse)
        .map(before -> ContractChanges.between(before, contract()));
  }

  private Contract contract() {
    return Contract.of(spec.interfaces(), spec.bindings().codec());
  }

  private static String leftUndone(Unfinished step) {
    return step == Unfinished.ROLLOUT
        ? "an earlier run uploaded it but did not start the rolling update"
        : "an earlier run registered it but did not upload it";
  }

  Deployed deploy() {
    tell(new Progress.Planning(spec.name()));
    try (MarketLook market =
        spec.watched() ? MarketLook.start(spec, vast.connection()) : MarketLook.none()) {
      return deploy(market);
    } catch (RuntimeException | Error e) {
      tell(new Progress.Failed(spec.name()));
      throw e;
    }
  }

  private Deployed deploy(MarketLook market) {
    BundlePlan bundle;
    try (DeployedAssets assets = DeployedAssets.of(spec, planner)) {
      bundle = planBundle(assets);
      // Before workers can fetch them, and before anything changes in case this fails.
      assets.upload(this::tell);
    }
    return deploy(bundle, market);
  }

  private Deployed deploy(BundlePlan bundle, MarketLook market) {
    try (PackedBundle packed = new PackedBundle(bundle, spec)) {
      packed.size();
      boolean first = cache.lastDeployed(cacheKey()).isEmpty();
      Optional<MarketEstimate> known = market.within(first ? FIRST_WAIT : Duration.ZERO);
      known.filter(MarketEstimate::nothingMatches).ifPresent(this::tellMarket);
      Registered registered = registerAndUpload(bundle, packed);
      PutResponse answer = registered.answer();
      UpdateTier tier = registered.tier();
      if (!answer.evictedVersions().isEmpty()) {
        LOG.info(
            "Deployment '{}': the service removed old versions {}",
            spec.name(),
            answer.evictedVersions());
      }
      if (tier == UpdateTier.SOFT) {
        startRollingUpdate(answer);
      }
      cache.forgetUnfinished(cacheKey());
      cache.rememberDeployed(bundle.summary(), cacheKey());
      cache.rememberSecret(login(), cacheKey());
      if (spec.python() == null) {
        cache.rememberContract(bundle.hash(), contract().toJson(), cacheKey());
      }
      Optional<MarketEstimate> later = known.isPresent() ? known : market.within(Duration.ZERO);
      later
          .filter(found -> tier == UpdateTier.NEW || tier == UpdateTier.HARD)
          .filter(found -> known.isEmpty() || !found.nothingMatches())
          .ifPresent(this::tellMarket);
      tell(new Progress.Deployed(spec.name(), tier, packed.size()));
      LOG.info(
          "Deployment '{}' ({}): {}; the bundle has {} bytes",
          spec.name(),
          spec.tag(),
          tier.description(),
          packed.size());
      DeploymentConfig config = registered.config();
      return new Deployed(
          tier,
          answer.deploymentId(),
          answer.endpointId(),
          config.fileHash(),
          EnvironmentFlags.version(config.fileHash(), config.env()));
    }
  }

  /** What was registered, the last answer to that, and the highest tier among all answers. */
  private record Registered(DeploymentConfig config, PutResponse answer, UpdateTier tier) {}

  private Registered registerAndUpload(BundlePlan bundle, PackedBundle packed) {
    DeploymentConfig config = config(bundle, packed.size());
    Connection connection = vast.connection();
    UploadException expired = null;
    UpdateTier tier = UpdateTier.NONE;
    for (int attempt = 0; attempt < MOST_REGISTRATIONS; attempt++) {
      tell(new Progress.Registering(vast.toString()));
      PutResponse answer = connection.web().putDeployment(config);
      tier = higher(tier, tier(answer));
      if (!answer.needsUpload()) {
        if (cache
            .unfinished(config.fileHash(), cacheKey())
            .filter(Unfinished::rollsOut)
            .isPresent()) {
          tier = higher(tier, UpdateTier.SOFT);
        }
        return new Registered(config, answer, tier);
      }
      boolean soft = tier == UpdateTier.SOFT;
      unfinished(config, soft ? Unfinished.UPLOAD_AND_ROLLOUT : Unfinished.UPLOAD);
      try {
        connection.upload(
            answer, packed.file(), (sent, total) -> tell(new Progress.Uploading(sent, total)));
        if (soft) {
          unfinished(config, Unfinished.ROLLOUT);
        }
        return new Registered(config, answer, tier);
      } catch (UploadException e) {
        if (e.status() != 403) {
          throw e;
        }
        LOG.info("Deployment '{}': the upload was refused, registering again", spec.name());
        expired = e;
      }
    }
    throw Objects.requireNonNull(expired);
  }

  private void unfinished(DeploymentConfig config, Unfinished step) {
    cache.rememberUnfinished(config.fileHash(), step, cacheKey());
  }

  private void startRollingUpdate(PutResponse answer) {
    Long named = answer.workergroupId();
    OptionalLong group =
        named != null
            ? OptionalLong.of(named)
            : vast.connection().web().workergroupOf(answer.endpointId());
    if (group.isPresent()) {
      vast.connection().engine().updateWorkers(group.getAsLong());
    } else {
      LOG.warn(
          "Deployment '{}': endpoint {} has no known workergroup, so no rolling update starts;"
              + " workers take the new bundle when they boot",
          spec.name(),
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
  private UpdateTier tier(PutResponse answer) {
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
            spec.name(),
            answer.action(),
            likely);
        yield likely;
      }
    };
  }

  private BundlePlan planBundle(DeployedAssets assets) {
    Image image = spec.image();
    List<BundleConfig.Variable> variables = new ArrayList<>();
    image
        .envs()
        .forEach(
            (key, secret) ->
                variables.add(
                    new BundleConfig.Variable(key, secret.value("Image.env, variable " + key))));
    variables.addAll(assets.variables());
    BundleConfig config =
        new BundleConfig(
            spec.name(), image.pipInstalls(), image.aptGets(), variables, image.runs());
    BundlePlan plan = planner.plan(new BundleSpec(config, source(assets), image.copies()));
    plan.omitted().ifPresent(this::tell);
    return plan;
  }

  private BundleSource source(DeployedAssets assets) {
    Path python = spec.python();
    if (python != null) {
      return new PythonSource(python);
    }
    Classpath chosen = spec.classpath();
    Classpath classpath = chosen == null ? Classpath.current() : chosen;
    return new JavaSource(
        classpath, spec.served(), spec.manifest().toJson(), spec.image(), assets.stored());
  }

  private DeploymentConfig config(BundlePlan bundle, long size) {
    Image image = spec.image();
    return DeploymentConfig.builder(spec.name(), image.name(), bundle.hash(), size)
        .env(EnvironmentFlags.of(spec, vast, bundle.config().envs()))
        .tag(spec.tag())
        .searchParams(SearchParams.of(image.requirements()).text())
        .storage(image.storageGb())
        .ttl(spec.ttl())
        .versionLabel(spec.versionLabel())
        .dockerLogin(image.login())
        .scaling(spec.autoscaling())
        .autoscalerInstance(vast.instance())
        .build();
  }

  private List<String> codeChanges(BundlePlan bundle) {
    Optional<BundleSummary> before = cache.lastDeployed(cacheKey());
    List<String> changes =
        before.isEmpty() ? List.of() : bundle.summary().changesSince(before.get());
    return changes.isEmpty() ? List.of("code: deployed from elsewhere") : changes;
  }

  /** The registry's log-in as one text; the service never returns it. */
  private String login() {
    DockerLogin login = spec.image().login();
    return login == null ? "" : String.join("\n", login.user(), login.password(), login.repo());
  }

  private String[] cacheKey() {
    return new String[] {vast.webUrl().toString(), spec.name(), spec.tag()};
  }

  private UpdatePlan updatePlan(
      UpdateTier tier,
      List<UpdatePlan.Change> changes,
      DeploymentConfig wanted,
      List<UpdatePlan.Asset> assets,
      Optional<List<UpdatePlan.BreakingChange>> breaking,
      @Nullable Integer workers,
      MarketLook market) {
    return new UpdatePlan(
        spec.name(),
        spec.tag(),
        tier,
        changes,
        wanted.fileHash(),
        wanted.fileSize(),
        assets,
        breaking.isPresent(),
        breaking.orElse(List.of()),
        workers,
        market.within(MARKET_WAIT));
  }

  private void tellMarket(MarketEstimate estimate) {
    tell(new Progress.Market(estimate));
  }

  private void tell(Progress progress) {
    spec.tell(progress);
  }
}
