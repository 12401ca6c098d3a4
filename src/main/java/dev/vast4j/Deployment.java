package dev.vast4j;

import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.internal.deploy.AttachedDeployment;
import dev.vast4j.internal.deploy.DeploymentDraft;
import dev.vast4j.internal.deploy.OpenDeployments;
import dev.vast4j.internal.deploy.OwnDeployment;
import dev.vast4j.observe.CallObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remote functions, the image they run on and how they scale, deployed as a unit.
 *
 * <pre>{@code
 * try (Deployment app = Deployment.builder("square")
 *     .remote(Square.class)
 *     .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
 *     .build()) {
 *   app.ensureReady();
 *   Square square = app.remote(Square.class);
 *   System.out.println(square.square(5).join());
 * }
 * }</pre>
 *
 * <p>Thread-safe. Closing it ends the calls in flight and the heartbeat. The deployment itself
 * stays on the service until {@link #delete()} or the end of its time to live.
 *
 * <p>Methods that ask the service block until it answers. They retry failed requests with growing
 * pauses: new tries start for up to a minute, and each takes up to half a minute. They throw {@link
 * NotDeployedException} before {@link #ensureReady()} and after {@link #close()}, {@link
 * dev.vast4j.errors.ApiException} when the service refuses, and {@link
 * dev.vast4j.errors.ServiceUnreachableException} when it does not answer.
 */
public interface Deployment extends AutoCloseable {

  /**
   * Starts building a deployment named after its first remote interface: {@code TextStream} becomes
   * {@code text-stream}.
   *
   * @return a new builder
   */
  static Builder builder() {
    return new Builder(null);
  }

  /**
   * Starts building a deployment.
   *
   * @param name its name; name and tag identify it in the account. 1 to 128 characters, not all
   *     blank; {@link Builder#build()} checks it
   * @return a new builder
   * @throws InvalidDeploymentException when the name is null
   */
  static Builder builder(String name) {
    if (name == null) {
      throw new InvalidDeploymentException(
          "Deployment.builder",
          "the name is null",
          "Give 1 to 128 characters, or call builder() to take the interface's name",
          null);
    }
    return new Builder(name);
  }

  /**
   * Attaches to an existing deployment with the tag {@code default}, whoever deployed it, over the
   * connection of {@link Vast#fromEnvironment()}. Needs no sources: {@link #remote(Class)} takes
   * any interface whose methods match the functions. Blocks for one exchange.
   *
   * @param name the deployment's name
   * @return the deployment; close it
   * @throws NotDeployedException when no deployment has that name
   * @throws dev.vast4j.errors.MissingApiKeyException when no API key is found
   */
  static Deployment attach(String name) {
    return AttachedDeployment.find(name);
  }

  /**
   * Attaches to an existing deployment by name and tag, over a given connection. Blocks for one
   * exchange.
   *
   * @param name the deployment's name
   * @param tag its tag
   * @param vast the connection; not closed by the deployment
   * @return the deployment; close it
   * @throws NotDeployedException when no deployment has that name and tag
   */
  static Deployment attach(String name, String tag, Vast vast) {
    return attach(name, tag, vast, AttachOptions.defaults());
  }

  /**
   * Attaches to an existing deployment by name and tag, over a given connection and with options.
   * Blocks for one exchange.
   *
   * @param name the deployment's name
   * @param tag its tag
   * @param vast the connection; not closed by the deployment
   * @param options observers of calls, Jackson modules and exception types
   * @return the deployment; close it
   * @throws NotDeployedException when no deployment has that name and tag
   * @throws InvalidDeploymentException when no instance of a module or exception can be created
   */
  static Deployment attach(String name, String tag, Vast vast, AttachOptions options) {
    return AttachedDeployment.find(name, tag, vast, options);
  }

  /**
   * Finds the open deployment of that name that this process built last. Sends nothing.
   *
   * @param name the name
   * @return the deployment, if there is one
   */
  static Optional<Deployment> lookup(String name) {
    return OpenDeployments.find(name);
  }

  /**
   * The deployment's name.
   *
   * @return the name
   */
  String name();

  /**
   * The deployment's tag.
   *
   * @return the tag, {@code default} when none was given
   */
  String tag();

  /**
   * Tells what {@link #ensureReady()} would change, and changes nothing. Plans the bundle and asks
   * the service what is deployed. Blocks.
   *
   * @return the plan
   * @throws NotDeployedException when attached: there are no sources to compare
   */
  UpdatePlan plan();

  /**
   * Deploys: plans the bundle, registers it, uploads it when the service asks for it, and starts
   * the update that the service chose. Blocks until then, but not for workers: they may still be
   * starting, and calls wait for them. Safe to call again, and from several threads or processes at
   * once: deploying the same thing again is tier {@link UpdateTier#NONE}.
   *
   * @return the tier that the service chose
   * @throws NotDeployedException when the deployment is closed
   * @throws dev.vast4j.errors.VastException when a step fails; calling again resumes
   */
  UpdateTier ensureReady();

  /**
   * Does what {@link #ensureReady()} does, on a thread of its own. Cancelling the future does not
   * stop the deploy.
   *
   * @return completed with the tier, or exceptionally with what {@link #ensureReady()} throws
   */
  CompletableFuture<UpdateTier> ensureReadyAsync();

  /**
   * Waits until enough workers are ready to take calls, or every worker has failed. Same as {@link
   * #awaitWorkers(int, Duration, OnWorkerErrors)} with {@link OnWorkerErrors#FAIL}.
   *
   * @param count how many workers, 1 or more
   * @param timeout how long to wait
   * @return the ready workers, at least {@code count}
   * @throws WorkersNotReadyException when every worker has failed, the time runs out or the thread
   *     is interrupted; it holds the workers' states and error texts
   * @throws NotDeployedException when the deployment is deleted meanwhile
   * @throws InvalidDeploymentException when the count is below 1
   */
  default List<WorkerInfo> awaitWorkers(int count, Duration timeout) {
    return awaitWorkers(count, timeout, OnWorkerErrors.FAIL);
  }

  /**
   * Waits until enough workers are ready to take calls. Blocks, and asks the engine at growing
   * intervals of at most 5 s; asks once when the time-out is zero. Tells the {@link
   * ProgressListener} the workers' states and error texts. On the embedded engine only workers of
   * the current version count; the service doesn't tell which version a worker runs, so there
   * {@link #awaitUpdate} comes first after an update.
   *
   * @param count how many workers, 1 or more
   * @param timeout how long to wait
   * @param onErrors what to do once every worker has failed
   * @return the ready workers, at least {@code count}
   * @throws WorkersNotReadyException when every worker has failed, unless {@code onErrors} says to
   *     keep waiting; when the version that this process deployed was rolled back; and when the
   *     time runs out or the thread is interrupted; it holds the workers' states and error texts
   * @throws NotDeployedException when the deployment is deleted meanwhile
   * @throws InvalidDeploymentException when the count is below 1
   */
  List<WorkerInfo> awaitWorkers(int count, Duration timeout, OnWorkerErrors onErrors);

  /**
   * Waits until the version that this process deployed serves: until no worker of another version
   * runs and at least one of this version is ready. An attached deployment waits for the current
   * version. Blocks, and asks the engine at growing intervals of at most 2 s; asks once when the
   * time-out is zero. Tells the {@link ProgressListener} how far the update is.
   *
   * <p>The embedded engine tells which version each worker runs, so the outcome is exact. The
   * service doesn't. There it is inferred: no worker is in an update state, the service calls the
   * version current and healthy as far as it tells, and for Java workers, as many calls as workers
   * are ready, and one more, are answered by this version. Each of these calls a function that
   * doesn't exist and announces a workload of 1. After 15 s such answers suffice where the service
   * has not called the version healthy.
   *
   * <p>Returns at once when no worker runs, because the deployment is stopped or scaled to zero:
   * the next worker boots the new version.
   *
   * @param timeout how long to wait
   * @return what was found, and whether that is inferred
   * @throws dev.vast4j.errors.UpdateFailedException at once when a worker of the new version
   *     reports an error, or that version is rolled back, with the worker's own error text where it
   *     is known; when another version becomes current; when the time runs out or the thread is
   *     interrupted
   * @throws NotDeployedException when the deployment is deleted meanwhile
   */
  UpdateResult awaitUpdate(Duration timeout);

  /**
   * Creates a proxy whose methods run on the workers. Works at any time, but calls before {@link
   * #ensureReady()} fail with {@link NotDeployedException}.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces; any interface when attached
   * @return the proxy, thread-safe
   * @throws InvalidDeploymentException when the interface is not part of the deployment or is
   *     malformed
   */
  default <T> T remote(Class<T> type) {
    return remote(type, CallOptions.defaults());
  }

  /**
   * Creates a proxy whose methods run on the workers, with options for its calls.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces; any interface when attached
   * @param options time-outs, attempts, cost and idempotence of calls
   * @return the proxy, thread-safe
   * @throws InvalidDeploymentException when the interface is not part of the deployment or is
   *     malformed
   */
  <T> T remote(Class<T> type, CallOptions options);

  /**
   * Calls a function by its name, for tools that have no interface. Blocks until it has returned or
   * its stream begins. Arguments are null, booleans, numbers, texts, {@code byte[]}, lists and
   * maps; the result is made of the same. Such a call is not retried once a worker may have
   * received it, unless the options say that it is idempotent.
   *
   * @param function the function's name, as the worker knows it
   * @param arguments its arguments by name
   * @param options time-outs, attempts, cost and idempotence
   * @return the result as the only element, or the elements of a streamed function; close it
   * @throws dev.vast4j.errors.CallException when the call fails
   * @throws dev.vast4j.errors.InvalidDeploymentException when this isn't a function's name
   */
  Stream<@Nullable Object> call(
      String function, Map<String, ? extends @Nullable Object> arguments, CallOptions options);

  /**
   * As {@link #call(String, Map, CallOptions)}, with arguments in the order of the parameters.
   *
   * @param function the function's name, as the worker knows it
   * @param arguments its arguments in order
   * @param options time-outs, attempts, cost and idempotence
   * @return the result as the only element, or the elements of a streamed function; close it
   */
  Stream<@Nullable Object> call(
      String function, List<? extends @Nullable Object> arguments, CallOptions options);

  /**
   * Creates an instance of the interface that runs in this process, for unit tests. Bodies run on
   * the calling thread; arguments and results are neither encoded nor sent. A failure is what a
   * worker's would be: a declared type, or {@link dev.vast4j.errors.RemoteExecutionException}. The
   * first use enters the deployment's contexts, and closing the deployment exits them.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces
   * @return an instance that runs here
   * @throws NotDeployedException when attached or deployed from Python: there is no Java body to
   *     run
   */
  <T> T local(Class<T> type);

  /**
   * Opens a session: all its calls go to one worker. Blocks until a worker accepts it, at most the
   * default time-out of a call ({@code VAST_CALL_TIMEOUT}, 30 minutes when not set).
   *
   * @param lifetime how long the worker keeps the session, checked every 5 s; each call adds as
   *     much. Above 0, at most 365 days
   * @return the session; close it
   * @throws dev.vast4j.errors.CallException when no worker accepts it, as for a call; {@code
   *     WorkerBusyException} when each has its maximum of sessions
   * @throws InvalidDeploymentException when the lifetime is not positive or above 365 days
   */
  default Session openSession(Duration lifetime) {
    return openSession(SessionOptions.lasting(lifetime));
  }

  /**
   * Opens a session with options; blocks as {@link #openSession(Duration)} does.
   *
   * @param options lifetime, keep-alive and what happens on close
   * @return the session; close it
   * @throws dev.vast4j.errors.CallException when no worker accepts it
   */
  Session openSession(SessionOptions options);

  /**
   * Continues a session that was opened elsewhere; see {@link Session#resume(Deployment, String,
   * String)}. Blocks.
   *
   * @param id the session's {@link Session#id() id}
   * @param auth its {@link Session#auth() auth data}
   * @return the session
   * @throws SessionClosedException when it has ended
   * @throws NotDeployedException before {@link #ensureReady}
   */
  Session resumeSession(String id, String auth);

  /**
   * Lists the deployment's workers. Blocks for one exchange.
   *
   * @return the workers; empty while the engine does not know the deployment yet
   */
  List<WorkerInfo> workers();

  /**
   * Fetches the engine's logs of the deployment: {@code info0} events, {@code info1} scaling
   * decisions, {@code trace} requests, {@code debug} everything. Blocks for one exchange.
   *
   * @return text by level
   */
  Map<String, String> logs();

  /**
   * Fetches what a worker's machine printed: its last 1,000 lines, also when the worker never
   * started. The lines are the program's own and are not redacted. Blocks for up to some ten
   * seconds, until the service has collected them.
   *
   * @param id the worker's id, as {@link #workers()} and exceptions report it
   * @return the lines, oldest first
   */
  List<String> workerLogs(long id);

  /** Lets a stopped deployment take calls again. Blocks for one exchange. */
  void start();

  /** Stops the deployment: ends its workers, keeps its versions. Blocks for one exchange. */
  void stop();

  /** Deletes the deployment with its endpoint and workers. Blocks for one exchange. */
  void delete();

  /**
   * Lists the deployment's versions. Blocks for one exchange.
   *
   * @return the versions, in the service's order
   */
  List<VersionInfo> versions();

  /**
   * Waits until no call is in flight and every stream has been read or closed, for a shutdown that
   * loses no call. New calls may start meanwhile; stop their source first. Blocks.
   *
   * @param timeout how long to wait; zero or less only looks
   * @return whether nothing is in flight; false when the time ran out or the thread was
   *     interrupted, which stays so. True at once after {@link #close()}.
   */
  boolean awaitCalls(Duration timeout);

  /**
   * Ends calls in flight, sessions, contexts and the heartbeat, and the connection if the
   * deployment opened it. Idempotent. Doesn't wait for a deploy in progress on another thread; it
   * fails if the deployment opened the connection, and otherwise ends without a heartbeat.
   */
  @Override
  void close();

  /** Builds a deployment. Not thread-safe. */
  final class Builder {
    private final DeploymentDraft draft = new DeploymentDraft();

    private Builder(@Nullable String name) {
      draft.name = name;
    }

    /**
     * Sets the deployment's tag, which tells deployments of one name apart. Another tag is another
     * deployment with its own workers.
     *
     * @param tag 1 to 64 letters, digits, {@code _}, {@code -} or {@code .}; {@code default} by
     *     default
     * @return this builder
     */
    public Builder tag(String tag) {
      draft.tag = Objects.requireNonNull(tag, "tag");
      return this;
    }

    /**
     * Sets a label for this version, for people to read.
     *
     * @param label any text; none by default
     * @return this builder
     */
    public Builder versionLabel(String label) {
      draft.versionLabel = Objects.requireNonNull(label, "label");
      return this;
    }

    /**
     * Sets the time to live: the service tears the deployment down this long after its last
     * heartbeat. An open {@link Deployment} sends heartbeats.
     *
     * @param ttl 2 seconds or more; by default it lives until it is deleted
     * @return this builder
     */
    public Builder ttl(Duration ttl) {
      draft.ttl = Objects.requireNonNull(ttl, "ttl");
      return this;
    }

    /**
     * Sets the connection.
     *
     * @param vast stays open when the deployment is closed; by default the deployment opens {@link
     *     Vast#fromEnvironment()} and closes it
     * @return this builder
     */
    public Builder vast(Vast vast) {
      draft.vast = Objects.requireNonNull(vast, "vast");
      return this;
    }

    /**
     * Sets the image that workers run.
     *
     * @param image the image; required
     * @return this builder
     */
    public Builder image(Image image) {
      draft.image = Objects.requireNonNull(image, "image");
      return this;
    }

    /**
     * Sets how workers scale. A second call replaces the values that it sets.
     *
     * @param autoscaling the values; the service's own by default
     * @return this builder
     */
    public Builder autoscaling(Autoscaling autoscaling) {
      draft.autoscaling =
          draft.autoscaling.merge(Objects.requireNonNull(autoscaling, "autoscaling"));
      return this;
    }

    /**
     * Adds a remote interface whose bodies are its default methods or, with {@link #python}, the
     * Python functions of the same names.
     *
     * @param type the interface
     * @return this builder
     */
    public Builder remote(Class<?> type) {
      draft.remote(Objects.requireNonNull(type, "type"), null);
      return this;
    }

    /**
     * Adds a remote interface with the class that implements it on workers.
     *
     * @param <T> the interface
     * @param type the interface
     * @param implementation a public class with one public constructor that takes values of
     *     contexts
     * @return this builder
     */
    public <T> Builder remote(Class<T> type, Class<? extends T> implementation) {
      draft.remote(
          Objects.requireNonNull(type, "type"),
          Objects.requireNonNull(implementation, "implementation"));
      return this;
    }

    /**
     * Adds a context. Every worker enters it once, before it takes calls.
     *
     * @param type the context's class
     * @param arguments arguments of its constructor; they travel as JSON
     * @return this builder
     */
    public Builder context(Class<? extends Context<?>> type, @Nullable Object... arguments) {
      return context(type, ContextArguments.of(Objects.requireNonNull(arguments, "arguments")));
    }

    /**
     * Adds a context with arguments by name. Every worker enters it once, before it takes calls.
     *
     * @param type the context's class
     * @param arguments arguments of its constructor, by position and by name; they travel as JSON
     * @return this builder
     */
    public Builder context(Class<? extends Context<?>> type, ContextArguments arguments) {
      draft.context(
          Objects.requireNonNull(type, "type"), Objects.requireNonNull(arguments, "arguments"));
      return this;
    }

    /**
     * Adds a Jackson module that reads and writes values, here and on the workers.
     *
     * @param type a public class that extends {@code com.fasterxml.jackson.databind.Module}, with a
     *     public constructor without parameters
     * @return this builder
     */
    public Builder jacksonModule(Class<?> type) {
      draft.jacksonModules.add(Objects.requireNonNull(type, "type"));
      return this;
    }

    /**
     * Registers an exception type that functions throw without declaring it. Its {@link
     * dev.vast4j.errors.RemoteExecutionException} then has a cause of that type, with the
     * original's message, stack trace and causes; fields do not travel. The type also stands for
     * its subclasses, whose name is then in the message, unless it is {@code Exception}, {@code
     * Throwable}, {@code RuntimeException} or {@code Error}. Types that a method declares need no
     * registration. No other type is ever instantiated, whatever a worker sends.
     *
     * @param type a public class with a public constructor that takes a message, a message and a
     *     cause, or nothing. {@link RemoteType} maps it to a Python class, such as {@code module =
     *     "builtins", name = "ValueError"}
     * @return this builder
     */
    public Builder exception(Class<? extends Throwable> type) {
      draft.exceptions.add(Objects.requireNonNull(type, "type"));
      return this;
    }

    /**
     * Deploys Python functions instead of Java ones. Remote interfaces bind to them by name; the
     * Python source defines benchmarks, contexts and queueing.
     *
     * @param source a module's file, or a package's folder with its {@code __init__.py}
     * @return this builder
     */
    public Builder python(Path source) {
      draft.python = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets the class path that travels to workers.
     *
     * @param classpath by default {@link Classpath#current()}
     * @return this builder
     */
    public Builder classpath(Classpath classpath) {
      draft.classpath = Objects.requireNonNull(classpath, "classpath");
      return this;
    }

    /**
     * Sets the bucket that holds the image's {@linkplain Image#asset assets}.
     *
     * @param store by default the {@code s3://bucket/prefix} in the environment variable {@code
     *     VAST_ASSETS} (or the system property {@code vast.assets}). With neither, workers of an
     *     engine on this machine copy assets from this machine's disk.
     * @return this builder
     */
    public Builder assets(AssetStore store) {
      draft.assets = Objects.requireNonNull(store, "store");
      return this;
    }

    /**
     * Sets the listener that hears what a deploy is doing.
     *
     * @param progress {@link ProgressListener#none()} by default
     * @return this builder
     */
    public Builder progress(ProgressListener progress) {
      draft.progress = Objects.requireNonNull(progress, "progress");
      return this;
    }

    /**
     * Adds an observer of calls, for metrics, traces or logs.
     *
     * @param observer is told of every call through this deployment
     * @return this builder
     */
    public Builder observe(CallObserver observer) {
      draft.observers.add(Objects.requireNonNull(observer, "observer"));
      return this;
    }

    /**
     * Checks everything that needs no service, and creates the deployment. Sends nothing, unless it
     * starts the embedded engine ({@code VAST_URL=local}).
     *
     * @return the deployment; close it
     * @throws InvalidDeploymentException for the first mistake; names location, problem and fix
     * @throws dev.vast4j.errors.MissingApiKeyException when no connection was given and no key is
     *     found
     */
    public Deployment build() {
      return OwnDeployment.open(draft);
    }
  }
}
