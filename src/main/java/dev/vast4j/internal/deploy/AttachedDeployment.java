package dev.vast4j.internal.deploy;

import dev.vast4j.AttachOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.observe.CallObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** An existing deployment, called without its sources. Thread-safe. */
public final class AttachedDeployment extends BaseDeployment {
  private final DeployedIds ids;

  private AttachedDeployment(
      String name,
      String tag,
      ConnectedVast vast,
      boolean ownsVast,
      Bindings bindings,
      Dialect dialect,
      CallObserver observer,
      DeployedIds ids) {
    super(name, tag, vast, ownsVast, bindings, dialect, observer);
    this.ids = ids;
  }

  /** Attaches by the environment's connection; see {@link Deployment#attach(String)}. */
  public static AttachedDeployment find(String name) {
    ConnectedVast vast = ConnectedVast.fromEnvironment();
    try {
      return find(name, "default", vast, true, AttachOptions.defaults());
    } catch (RuntimeException e) {
      vast.close();
      throw e;
    }
  }

  /** See {@link Deployment#attach(String, String, Vast, AttachOptions)}. */
  public static AttachedDeployment find(String name, String tag, Vast vast, AttachOptions options) {
    return find(name, tag, ConnectedVast.of(vast), false, options);
  }

  private static AttachedDeployment find(
      String name, String tag, ConnectedVast vast, boolean ownsVast, AttachOptions options) {
    Objects.requireNonNull(name, "the deployment's name");
    Objects.requireNonNull(tag, "the deployment's tag; 'default' unless one was set");
    Bindings bindings = Bindings.of(options.jacksonModules(), options.exceptions());
    DeploymentInfo found =
        vast.deployments()
            .find(name, tag)
            .orElseThrow(
                () ->
                    new NotDeployedException(
                        name,
                        "the account has no deployment of that name with the tag '" + tag + "'"));
    Long endpoint = found.endpointId();
    if (endpoint == null) {
      throw new NotDeployedException(name, "it has no endpoint yet; deploy it first");
    }
    return new AttachedDeployment(
        name,
        tag,
        vast,
        ownsVast,
        bindings,
        EnvironmentFlags.dialect(found.env()),
        CallObserver.all(options.observers()),
        new DeployedIds(
            found.id(),
            endpoint,
            found.fileHash(),
            EnvironmentFlags.version(found.fileHash(), found.env())));
  }

  @Override
  public UpdatePlan plan() {
    throw notDeployed("it is attached and has no sources to plan");
  }

  @Override
  public UpdateTier ensureReady() {
    checkOpen();
    return UpdateTier.NONE;
  }

  @Override
  public CompletableFuture<UpdateTier> ensureReadyAsync() {
    return CompletableFuture.completedFuture(ensureReady());
  }

  @Override
  public <T> T local(Class<T> type) {
    throw notDeployed("it is attached and has no sources to run here");
  }

  @Override
  DeployedIds ids() {
    checkOpen();
    return ids;
  }

  @Override
  boolean deploysItself() {
    return false;
  }

  @Override
  boolean hasUpdated() {
    return false;
  }

  @Override
  RemoteInterface interfaceOf(Class<?> type) {
    return RemoteInterface.read(type, null);
  }

  @Override
  void tell(Progress progress) {}

  @Override
  List<String> secrets() {
    return List.of();
  }

  @Override
  void release() {}
}
