package dev.vast4j.internal.deploy;

import dev.vast4j.AssetStore;
import dev.vast4j.Autoscaling;
import dev.vast4j.Classpath;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.ProgressListener;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.bundle.ServedClasses;
import dev.vast4j.internal.function.Manifest;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.observe.CallObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment as its builder described it, checked: what can be known to fail before anything is
 * sent has failed by now. Immutable.
 *
 * @param contexts registered contexts with their constructors' arguments
 * @param bindings how values and failures map to types
 * @param python the Python source, or null for Java
 * @param classpath what travels, or null for the running program's
 * @param assets where assets are stored, or null when nothing says
 */
record DeploymentSpec(
    String name,
    String tag,
    @Nullable String versionLabel,
    @Nullable Duration ttl,
    Image image,
    Autoscaling autoscaling,
    List<RemoteInterface> interfaces,
    List<ContextWithArguments> contexts,
    Bindings bindings,
    @Nullable Path python,
    @Nullable Classpath classpath,
    @Nullable AssetStore assets,
    ProgressListener progress,
    CallObserver observer) {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentSpec.class);

  /** Checks a draft; throws InvalidDeploymentException for its first mistake. */
  static DeploymentSpec of(DeploymentDraft draft) {
    Bindings bindings = Bindings.of(draft.jacksonModules, draft.exceptions);
    boolean java = draft.python == null;
    List<RemoteInterface> interfaces =
        new FunctionChecks(bindings.codec()).read(draft.name, draft.interfaces, java);
    String name = DeploymentChecks.name(draft.name, interfaces);
    DeploymentChecks checks = new DeploymentChecks("deployment '" + name + "'");
    checks.tag(draft.tag);
    checks.ttl(draft.ttl);
    Image image = checks.image(draft.image);
    AssetStore assets = draft.assets != null ? draft.assets : Environment.ofProcess().assetStore();
    checks.assets(image, assets, java);
    List<ContextWithArguments> contexts =
        ContextWithArguments.read(draft.contexts, bindings.codec());
    if (draft.python == null) {
      checks.java(interfaces, contexts, new FunctionChecks(bindings.codec()));
      ServedClasses.check(served(interfaces, contexts), draft.classpath);
    } else {
      checks.python(draft.python, contexts);
    }
    return new DeploymentSpec(
        name,
        draft.tag,
        draft.versionLabel,
        draft.ttl,
        image,
        draft.autoscaling,
        interfaces,
        contexts,
        bindings,
        draft.python,
        draft.classpath,
        assets,
        draft.progress,
        CallObserver.all(draft.observers));
  }

  /** Tells the listener; logs what it throws. */
  void tell(Progress event) {
    try {
      progress.on(event);
    } catch (RuntimeException e) {
      LOG.warn("The progress listener failed", e);
    }
  }

  /** Whether anyone hears of progress. */
  boolean watched() {
    return progress != ProgressListener.none();
  }

  /** The dialect in which arguments are written, until a worker's answer tells otherwise. */
  Dialect dialect() {
    return python == null ? Dialect.JAVA_ARRAYS : Dialect.PYTHON;
  }

  /** Lists the classes that a Java worker loads. */
  List<Class<?>> served() {
    return served(interfaces, contexts);
  }

  private static List<Class<?>> served(
      List<RemoteInterface> interfaces, List<ContextWithArguments> contexts) {
    List<Class<?>> served = new ArrayList<>();
    served.add(DeploymentSpec.class); // the worker is part of this library
    for (RemoteInterface remote : interfaces) {
      served.add(remote.type());
      if (remote.implementation() != null) {
        served.add(remote.implementation());
      }
    }
    contexts.forEach(c -> served.add(c.context().type()));
    return served;
  }

  /** Lists what a Java worker serves. */
  Manifest manifest() {
    return Manifest.of(
        name,
        interfaces.stream()
            .map(
                i ->
                    new Manifest.Served(
                        i.type().getName(),
                        i.implementation() == null ? null : i.implementation().getName()))
            .toList(),
        contexts.stream()
            .map(c -> new Manifest.Entered(c.context().type().getName(), c.arguments()))
            .toList(),
        bindings.modules());
  }

  /** Finds a registered interface; throws InvalidDeploymentException when it is not registered. */
  RemoteInterface interfaceOf(Class<?> type) {
    return interfaces.stream()
        .filter(i -> i.type() == type)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDeploymentException(
                    type.getName(),
                    "it isn't a remote interface of deployment '" + name + "'",
                    "Register it: .remote(" + type.getSimpleName() + ".class)",
                    null));
  }

  /** Checks what depends on the connection. */
  void checkFor(ConnectedVast vast) {
    if (!image.assets().isEmpty() && assets == null && !vast.state().isOnThisMachine()) {
      throw new InvalidDeploymentException(
          "deployment '" + name + "', Image.asset",
          "there is no bucket for assets",
          "Name one: .assets(AssetStore.s3(\"my-bucket\")), or VAST_ASSETS=s3://my-bucket",
          null);
    }
  }
}
