package dev.vast4j.internal.deploy;

import dev.vast4j.AssetStore;
import dev.vast4j.Autoscaling;
import dev.vast4j.Classpath;
import dev.vast4j.ContextArguments;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import dev.vast4j.internal.spi.Libraries;
import dev.vast4j.observe.CallObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the builder of a deployment was given, unchecked; {@link Deployment.Builder} documents each
 * value. Not thread-safe.
 */
public final class DeploymentDraft {
  public @Nullable String name;
  public String tag = "default";
  public @Nullable String versionLabel;
  public @Nullable Duration ttl;
  public @Nullable Vast vast;
  public @Nullable Image image;
  public Autoscaling autoscaling = Autoscaling.defaults();
  public @Nullable Path python;
  public @Nullable Classpath classpath;
  public @Nullable AssetStore assets;
  public ProgressListener progress = ProgressListener.none();
  public final List<CallObserver> observers = new ArrayList<>();
  public final List<Class<?>> jacksonModules = new ArrayList<>();
  public final List<Class<? extends Throwable>> exceptions = new ArrayList<>();
  final List<Interface> interfaces = new ArrayList<>();
  final List<Entered> contexts = new ArrayList<>();

  /** Starts empty; throws InvalidDeploymentException for a library that is too old. */
  public DeploymentDraft() {
    Libraries.check();
  }

  /** A remote interface, with the class that implements it unless its default methods do. */
  record Interface(Class<?> type, @Nullable Class<?> implementation) {}

  /** A context with the arguments of its constructor. */
  record Entered(Class<?> type, ContextArguments arguments) {}

  /** Adds a remote interface. */
  public void remote(Class<?> type, @Nullable Class<?> implementation) {
    interfaces.add(new Interface(type, implementation));
  }

  /** Adds a context. */
  public void context(Class<?> type, ContextArguments arguments) {
    contexts.add(new Entered(type, arguments));
  }
}
