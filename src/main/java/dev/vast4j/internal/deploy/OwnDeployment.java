package dev.vast4j.internal.deploy;

import dev.vast4j.Deployment;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.RemoteInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A deployment built in this process, from its sources. Thread-safe. */
public final class OwnDeployment extends BaseDeployment {
  private static final Logger LOG = LoggerFactory.getLogger(OwnDeployment.class);

  private final DeploymentSpec spec;
  private final Deployer deployer;
  private final LocalRun localRun;

  /** Held during a deploy, network and disk included, so that a second one finds it done. */
  private final ReentrantLock deploying = new ReentrantLock();

  private volatile @Nullable DeployedIds ids;

  private volatile boolean updated;

  // Guarded by this.
  private @Nullable Heartbeat heartbeat;

  // Guarded by this.
  private boolean released;

  /**
   * Checks everything that needs no service, and opens the deployment; throws
   * InvalidDeploymentException for the first mistake.
   */
  public static Deployment open(DeploymentDraft draft) {
    DeploymentSpec spec = DeploymentSpec.of(draft);
    Vast given = draft.vast;
    ConnectedVast vast = given != null ? ConnectedVast.of(given) : ConnectedVast.fromEnvironment();
    try {
      spec.checkFor(vast);
    } catch (InvalidDeploymentException e) {
      if (given == null) {
        vast.close();
      }
      throw e;
    }
    return OpenDeployments.register(new OwnDeployment(spec, vast, given == null));
  }

  private OwnDeployment(DeploymentSpec spec, ConnectedVast vast, boolean ownsVast) {
    super(
        spec.name(), spec.tag(), vast, ownsVast, spec.bindings(), spec.dialect(), spec.observer());
    this.spec = spec;
    this.deployer = new Deployer(spec, vast);
    this.localRun = new LocalRun(spec);
  }

  @Override
  public UpdatePlan plan() {
    checkOpen();
    return deployer.plan();
  }

  @Override
  public UpdateTier ensureReady() {
    deploying.lock();
    try {
      checkOpen();
      Deployer.Deployed deployed = deployer.deploy();
      ids =
          new DeployedIds(
              deployed.deploymentId(),
              deployed.endpointId(),
              deployed.fileHash(),
              deployed.version());
      updated |= deployed.tier() == UpdateTier.SOFT || deployed.tier() == UpdateTier.HARD;
      startHeartbeat(deployed.deploymentId());
      return deployed.tier();
    } finally {
      deploying.unlock();
    }
  }

  private synchronized void startHeartbeat(long deployment) {
    Duration ttl = spec.ttl();
    if (ttl != null && heartbeat == null && !released) {
      heartbeat = Heartbeat.start(vast().connection().web(), deployment, spec.name(), ttl);
    }
  }

  @Override
  public CompletableFuture<UpdateTier> ensureReadyAsync() {
    CompletableFuture<UpdateTier> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(ensureReady());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            },
            "vast4j-deploy-" + spec.name());
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  @Override
  public <T> T local(Class<T> type) {
    checkOpen();
    if (spec.python() != null) {
      throw notDeployed("its functions are Python and cannot run in this process");
    }
    return localRun.get(type);
  }

  @Override
  DeployedIds ids() {
    checkOpen();
    DeployedIds known = ids;
    if (known == null) {
      throw notDeployed("call ensureReady() first");
    }
    return known;
  }

  @Override
  boolean deploysItself() {
    return true;
  }

  @Override
  boolean hasUpdated() {
    return updated;
  }

  @Override
  RemoteInterface interfaceOf(Class<?> type) {
    return spec.interfaceOf(type);
  }

  @Override
  void tell(Progress progress) {
    spec.tell(progress);
  }

  @Override
  List<String> secrets() {
    List<String> values = new ArrayList<>();
    spec.image()
        .envs()
        .forEach(
            (name, secret) -> {
              try {
                values.add(secret.value(name));
              } catch (InvalidDeploymentException e) {
                LOG.debug("The value of {} cannot be looked up any more", name);
              }
            });
    return values;
  }

  @Override
  void release() {
    // Does not wait for a deploy in progress, which may upload gigabytes.
    Heartbeat running;
    synchronized (this) {
      released = true;
      running = heartbeat;
    }
    if (running != null) {
      running.close();
    }
    localRun.close();
  }
}
