package dev.vast4j.internal.deploy;

import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.OnWorkerErrors;
import dev.vast4j.Progress;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.UpdateResult;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.MachineLogRequest;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.internal.call.CallPath;
import dev.vast4j.internal.call.CallTarget;
import dev.vast4j.internal.call.FailedWorkers;
import dev.vast4j.internal.call.VersionSource;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.observe.CallObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The common part of all deployments: calls, sessions, workers and lifecycle. Thread-safe. */
abstract class BaseDeployment implements Deployment {
  private final String name;
  private final String tag;
  private final ConnectedVast vast;
  private final boolean ownsVast;
  private final FailedWorkers failedWorkers;
  private final CallPath calls;
  private final AtomicBoolean closed = new AtomicBoolean();

  BaseDeployment(
      String name,
      String tag,
      ConnectedVast vast,
      boolean ownsVast,
      Bindings bindings,
      Dialect dialect,
      CallObserver observer) {
    this.name = name;
    this.tag = tag;
    this.vast = vast;
    this.ownsVast = ownsVast;
    this.failedWorkers = new FailedWorkers(vast.connection(), this::secrets);
    this.calls =
        new CallPath(
            vast.connection(),
            new CallTarget(
                "deployment '" + name + "' (" + tag + ")",
                () -> ids().endpoint(),
                this::interfaceOf,
                bindings.codec(),
                dialect,
                bindings.exceptions(),
                new DeployedVersion()),
            observer,
            vast.timeouts(),
            failedWorkers);
  }

  /** The version that calls name, and what the service says about it. */
  private final class DeployedVersion implements VersionSource {
    @Override
    public @Nullable String own() {
      return ids().version();
    }

    @Override
    public boolean attached() {
      return !deploysItself();
    }

    @Override
    public @Nullable String current() {
      DeploymentInfo now = vast.connection().web().deployment(ids().deployment());
      return EnvironmentFlags.version(now.fileHash(), now.env());
    }
  }

  /** Returns the ids; throws NotDeployedException while there are none. */
  abstract DeployedIds ids();

  /** Reads an interface; throws InvalidDeploymentException when the deployment lacks it. */
  abstract RemoteInterface interfaceOf(Class<?> type);

  /** Looks up the values of variables on workers, which no message may show. */
  abstract List<String> secrets();

  /** Releases what the subclass holds; called once. */
  abstract void release();

  /** Reports progress while waiting for workers. */
  abstract void tell(Progress progress);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String tag() {
    return tag;
  }

  @Override
  public final <T> T remote(Class<T> type, CallOptions options) {
    return calls.remote(type, options);
  }

  @Override
  public final Stream<@Nullable Object> call(
      String function, Map<String, ? extends @Nullable Object> arguments, CallOptions options) {
    return calls.call(
        function, List.copyOf(arguments.keySet()), new ArrayList<>(arguments.values()), options);
  }

  @Override
  public final Stream<@Nullable Object> call(
      String function, List<? extends @Nullable Object> arguments, CallOptions options) {
    return calls.call(function, null, arguments, options);
  }

  @Override
  public final Session openSession(SessionOptions options) {
    checkOpen();
    String onClose = options.onCloseUrl();
    if (onClose != null && onClose.startsWith("/")) {
      throw new InvalidDeploymentException(
          "SessionOptions.onClose",
          "it is a path, but a deployment's workers have no model server",
          "Give an http or https URL",
          null);
    }
    return calls.openSession(options);
  }

  @Override
  public final Session resumeSession(String id, String auth) {
    checkOpen();
    return calls.resumeSession(id, auth);
  }

  @Override
  public final List<WorkerInfo> awaitWorkers(int count, Duration timeout, OnWorkerErrors onErrors) {
    if (count < 1) {
      throw new InvalidDeploymentException(
          "Deployment.awaitWorkers", "the count is " + count, "Give 1 or more", null);
    }
    checkOpen();
    return new WorkerWait(
            vast.connection(),
            name,
            ids().endpoint(),
            count,
            timeout,
            onErrors,
            failedWorkers,
            new ReadyWorkers(currentVersion(), hasUpdated()),
            this::tell)
        .run();
  }

  @Override
  public final UpdateResult awaitUpdate(Duration timeout) {
    checkOpen();
    return new UpdateWait(
            vast.connection(),
            name,
            ids().endpoint(),
            currentVersion(),
            calls.versionProbe()::ask,
            timeout,
            this::tell)
        .run();
  }

  private CurrentVersion currentVersion() {
    return new CurrentVersion(
        vast.connection().web(),
        vast.connection().transport().timing(),
        name,
        ids(),
        deploysItself());
  }

  /** Whether this process deploys it, rather than only calling it. */
  abstract boolean deploysItself();

  /** Whether this process began an update, so that workers of the version before may serve. */
  abstract boolean hasUpdated();

  @Override
  public final List<WorkerInfo> workers() {
    checkOpen();
    return vast.endpoints().workers(ids().endpoint());
  }

  @Override
  public final Map<String, String> logs() {
    checkOpen();
    return vast.endpoints().logs(ids().endpoint()).byLevel();
  }

  @Override
  public final List<String> workerLogs(long id) {
    DeployedIds unused = ids(); // before a deploy there are no workers
    return vast.endpoints().machineLog(id, MachineLogRequest.latest());
  }

  @Override
  public final void start() {
    checkOpen();
    vast.deployments().start(ids().deployment());
  }

  @Override
  public final void stop() {
    checkOpen();
    vast.deployments().stop(ids().deployment());
  }

  @Override
  public final void delete() {
    checkOpen();
    vast.deployments().delete(ids().deployment());
  }

  @Override
  public final List<VersionInfo> versions() {
    checkOpen();
    return vast.deployments().versions(ids().deployment());
  }

  @Override
  public final boolean awaitCalls(Duration timeout) {
    return calls.awaitIdle(timeout);
  }

  @Override
  public final void close() {
    if (closed.compareAndSet(false, true)) {
      OpenDeployments.remove(this);
      try {
        release();
      } finally {
        try {
          calls.close();
        } finally {
          if (ownsVast) {
            vast.close();
          }
        }
      }
    }
  }

  @Override
  public final String toString() {
    return "Deployment[" + name + ", " + tag + ", " + vast + "]";
  }

  final ConnectedVast vast() {
    return vast;
  }

  final void checkOpen() {
    if (closed.get()) {
      throw new NotDeployedException(name, "it is closed");
    }
  }

  final NotDeployedException notDeployed(String reason) {
    return new NotDeployedException(name, reason);
  }
}
