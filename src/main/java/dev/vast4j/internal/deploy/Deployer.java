package dev.vast4j.internal.deploy;

import dev.vast4j.Classpath;
import dev.vast4j.Image;
import dev.vast4j.MarketEstimate;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.PutResponse;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans and deploys one deployment. Thread-safe; the owner runs one deploy at a time. */
final class Deployer {
  private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

  /** How long a plan waits for prices after everything else is known. */
  private static final Duration MARKET_WAIT = Duration.ofSeconds(3);

  /** How long the first deploy waits for the market, to say before it that nothing matches. */
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private final DeploymentSpec spec;
  private final ConnectedVast vast;
  private final BundleCache cache;
  private final BundlePlanner planner;
  private final Registration registration;
  private final KeptVersions kept;

  Deployer(DeploymentSpec spec, ConnectedVast vast) {
    this.spec = spec;
    this.vast = vast;
    this.cache = vast.state().bundleCache();
    this.kept = vast.state().keptVersions();
    this.registration = new Registration(vast.state(), vast.toString(), spec::tell);
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
      UpdatePlan plan = plan(planBundle(assets), assets.planned(), market);
      tell(new Progress.Planned(spec.name(), plan.tier()));
      return plan;
    } catch (RuntimeException | Error e) {
      tell(new Progress.Failed(spec.name()));
      throw e;
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
      if (cache.secretDiffers(Registration.text(spec.image().login()), cacheKey())) {
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
      DeploymentConfig config = config(bundle, packed.size());
      boolean first = cache.lastDeployed(cacheKey()).isEmpty();
      Optional<MarketEstimate> known = market.within(first ? FIRST_WAIT : Duration.ZERO);
      known.filter(MarketEstimate::nothingMatches).ifPresent(this::tellMarket);
      Registration.Registered registered = registration.run(config, packed::file);
      PutResponse answer = registered.answer();
      UpdateTier tier = registered.tier();
      cache.rememberDeployed(bundle.summary(), cacheKey());
      if (registered.uploaded()) {
        kept.keepBundle(
            packed.file(), config.fileHash(), vast.state().versionKey(spec.name(), spec.tag()));
      }
      kept.keepConfig(config, vast.state().versionKey(spec.name(), spec.tag()));
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
      return new Deployed(
          tier,
          answer.deploymentId(),
          answer.endpointId(),
          config.fileHash(),
          EnvironmentFlags.version(config.fileHash(), config.env()));
    }
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

  private String[] cacheKey() {
    return vast.state().cacheKey(spec.name(), spec.tag());
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
