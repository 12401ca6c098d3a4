package dev.vast4j;

import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.internal.deploy.AttachedDeployment;
import dev.vast4j.internal.deploy.DeploymentDraft;
import dev.vast4j.internal.deploy.OpenDeployments;
import dev.vast4j.internal.deploy.OwnDeployment;
import dev.vast4j.observe.CallObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Remote functions, the image they run on and how they scale, deployed as one.
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
 * <p>Thread-safe. Closing it ends the calls in flight and the heartbeat; what is deployed stays
 * deployed, until {@link #delete()} or the end of its time to live.
 *
 * <p>Methods that ask the service block until it has answered; a failed exchange is repeated with
 * growing pauses: new tries begin for up to a minute, and each may take half a minute. They throw
 * {@link NotDeployedException} before {@link #ensureReady()} and once this is closed, {@link
 * dev.vast4j.errors.ApiException} when the service refuses, and {@link
 * dev.vast4j.errors.ServiceUnreachableException} when it does not answer.
 */
public interface Deployment extends AutoCloseable {

  /**
   * Builds a deployment that takes its name from its first remote interface: {@code TextStream}
   * becomes {@code text-stream}.
   *
   * @return a new builder
   */
  static Builder builder() {
    return new Builder(null);
  }

  /**
   * Builds a deployment.
   *
   * @param name its name in the account, together with the tag: 1 to 128 characters, not all blank;
   *     checked by {@link Builder#build()}
   * @return a new builder
   */
  static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * Calls a deployment that is already there, whoever deployed it, with tag {@code default} and the
   * connection of {@link Vast#fromEnvironment()}. No sources are needed: {@link #remote(Class)}
   * takes any interface whose methods match the functions. Blocks to find it.
   *
   * @param name the deployment's name
   * @return the deployment, to be closed
   * @throws NotDeployedException when there is none of that name
   * @throws dev.vast4j.errors.MissingApiKeyException when no API key is found
   */
  static Deployment attach(String name) {
    return AttachedDeployment.find(name);
  }

  /**
   * As {@link #attach(String)}, with a tag and a connection.
   *
   * @param name the deployment's name
   * @param tag its tag
   * @param vast the connection; not closed by the deployment
   * @return the deployment, to be closed
   * @throws NotDeployedException when there is none of that name and tag
   */
  static Deployment attach(String name, String tag, Vast vast) {
    return attach(name, tag, vast, AttachOptions.defaults());
  }

  /**
   * As {@link #attach(String, String, Vast)}, with observers of its calls, and with Jackson modules
   * and exception types to bind values and failures to.
   *
   * @param name the deployment's name
   * @param tag its tag
   * @param vast the connection; not closed by the deployment
   * @param options how it is called
   * @return the deployment, to be closed
   * @throws NotDeployedException when there is none of that name and tag
   * @throws InvalidDeploymentException when a module or an exception cannot be made
   */
  static Deployment attach(String name, String tag, Vast vast, AttachOptions options) {
    return AttachedDeployment.find(name, tag, vast, options);
  }

  /**
   * The deployment of that name that was last built in this process and is not closed. Asks nobody.
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
   * Tells what {@link #ensureReady()} would change, without changing anything. Plans the bundle and
   * asks the service what is deployed; blocks.
   *
   * @return the plan
   * @throws NotDeployedException when attached: there are no sources to compare
   */
  UpdatePlan plan();

  /**
   * Deploys: plans the bundle, registers it, uploads it when the service wants it, and starts the
   * update that the service chose. Returns as soon as that is done; workers may still be starting,
   * and calls made meanwhile wait for them. Blocks. Safe to call again and from several threads or
   * processes at once: what is deployed already is tier {@link UpdateTier#NONE}.
   *
   * @return what the service made of it
   * @throws NotDeployedException when the deployment is closed
   * @throws dev.vast4j.errors.VastException when a step failed; nothing is left that another try
   *     does not mend
   */
  UpdateTier ensureReady();

  /**
   * As {@link #ensureReady()}, on a thread of its own. Cancelling the future does not stop the
   * deploy.
   *
   * @return completed with the tier, or exceptionally with what {@link #ensureReady()} throws
   */
  CompletableFuture<UpdateTier> ensureReadyAsync();

  /**
   * Waits until so many workers take calls. Blocks; asks the engine at growing intervals, five
   * seconds at most. Asks once when the time to wait is zero.
   *
   * @param count how many, 1 or more
   * @param timeout how long to wait
   * @return the ready workers, {@code count} or more
   * @throws WorkersNotReadyException when time runs out or the thread is interrupted, with the
   *     workers' states
   * @throws InvalidDeploymentException when the count is below 1
   */
  List<WorkerInfo> awaitWorkers(int count, Duration timeout);

  /**
   * A proxy whose methods run on the workers. May be made at any time; calls before {@link
   * #ensureReady()} fail with {@link NotDeployedException}.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces; any interface when attached
   * @return the proxy, thread-safe
   * @throws InvalidDeploymentException when the interface is not part of the deployment or not
   *     well-formed
   */
  default <T> T remote(Class<T> type) {
    return remote(type, CallOptions.defaults());
  }

  /**
   * As {@link #remote(Class)}, with options.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces; any interface when attached
   * @param options how calls behave
   * @return the proxy, thread-safe
   * @throws InvalidDeploymentException when the interface is not part of the deployment or not
   *     well-formed
   */
  <T> T remote(Class<T> type, CallOptions options);

  /**
   * The same interface run in this process, for unit tests: bodies run on the calling thread,
   * nothing is encoded or sent. The deployment's contexts are entered at the first use and exited
   * when the deployment is closed.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces
   * @return an instance that runs here
   * @throws NotDeployedException when attached or deployed from Python: there is nothing to run
   *     here
   */
  <T> T local(Class<T> type);

  /**
   * Opens a session: calls that all go to one worker. Blocks until a worker took it, for as long as
   * a call may take by default ({@code VAST_CALL_TIMEOUT}, 30 minutes when that is not set).
   *
   * @param lifetime time after which the worker ends it, looking every 5 s; each call adds as much;
   *     above 0, at most 365 days
   * @return the session, to be closed
   * @throws dev.vast4j.errors.CallException when no worker took it, as of a call: {@code
   *     WorkerBusyException} where each has as many sessions as it may
   * @throws InvalidDeploymentException when the lifetime is not positive or above 365 days
   */
  default Session openSession(Duration lifetime) {
    return openSession(SessionOptions.lasting(lifetime));
  }

  /**
   * As {@link #openSession(Duration)}, with options.
   *
   * @param options how the session behaves
   * @return the session, to be closed
   * @throws dev.vast4j.errors.CallException when no worker took it
   */
  Session openSession(SessionOptions options);

  /**
   * The deployment's workers. Blocks for one exchange.
   *
   * @return the workers; none while the engine does not know the deployment yet
   */
  List<WorkerInfo> workers();

  /**
   * The deployment's logs as the engine has them: {@code info0} events, {@code info1} decisions of
   * scaling, {@code trace} requests, {@code debug} the most. Blocks for one exchange.
   *
   * @return text by level
   */
  Map<String, String> logs();

  /** Lets a stopped deployment take calls again. Blocks for one exchange. */
  void start();

  /** Stops the deployment: its workers end, its versions stay. Blocks for one exchange. */
  void stop();

  /** Deletes the deployment with its endpoint and workers. Blocks for one exchange. */
  void delete();

  /**
   * The deployment's versions. Blocks for one exchange.
   *
   * @return the versions, in the service's order
   */
  List<VersionInfo> versions();

  /**
   * Ends calls in flight, sessions, contexts and the heartbeat, and the connection when the
   * deployment made it. Idempotent.
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
     * Tells deployments of one name apart. Another tag is another deployment, with workers of its
     * own.
     *
     * @param tag 1 to 64 letters, digits, {@code _}, {@code -} or {@code .}; {@code default} by
     *     default
     * @return this builder
     */
    public Builder tag(String tag) {
      draft.tag = tag;
      return this;
    }

    /**
     * Labels this version for people.
     *
     * @param label any text; none by default
     * @return this builder
     */
    public Builder versionLabel(String label) {
      draft.versionLabel = label;
      return this;
    }

    /**
     * Lets the service tear the deployment down this long after the last open {@link Deployment} of
     * it was closed or lost: while one is open, it sends heartbeats.
     *
     * @param ttl 2 seconds or more; by default it lives until it is deleted
     * @return this builder
     */
    public Builder ttl(Duration ttl) {
      draft.ttl = ttl;
      return this;
    }

    /**
     * The connection to use.
     *
     * @param vast not closed by the deployment; by default {@link Vast#fromEnvironment()}, which is
     * @return this builder
     */
    public Builder vast(Vast vast) {
      draft.vast = vast;
      return this;
    }

    /**
     * What workers are made of.
     *
     * @param image the image; required
     * @return this builder
     */
    public Builder image(Image image) {
      draft.image = image;
      return this;
    }

    /**
     * How workers scale. Called again, the values that are set replace the earlier ones.
     *
     * @param autoscaling the values; the service's defaults by default
     * @return this builder
     */
    public Builder autoscaling(Autoscaling autoscaling) {
      draft.autoscaling = draft.autoscaling.merge(autoscaling);
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
      draft.remote(type, null);
      return this;
    }

    /**
     * Adds a remote interface with the class that implements it on workers.
     *
     * @param <T> the interface
     * @param type the interface
     * @param implementation a public class with one public constructor, whose parameters are values
     *     of contexts
     * @return this builder
     */
    public <T> Builder remote(Class<T> type, Class<? extends T> implementation) {
      draft.remote(type, implementation);
      return this;
    }

    /**
     * Adds a context, entered once on every worker before it takes calls.
     *
     * @param type the context's class
     * @param arguments arguments of its constructor, which travel as JSON
     * @return this builder
     */
    public Builder context(Class<? extends Context<?>> type, @Nullable Object... arguments) {
      draft.context(type, Arrays.asList(arguments));
      return this;
    }

    /**
     * Lets values be bound with a Jackson module of one's own, here and on the workers.
     *
     * @param type a public class that extends {@code com.fasterxml.jackson.databind.Module}, with a
     *     public constructor without parameters
     * @return this builder
     */
    public Builder jacksonModule(Class<?> type) {
      draft.jacksonModules.add(type);
      return this;
    }

    /**
     * Registers an exception type that functions throw without declaring it. When one does, the
     * {@link dev.vast4j.errors.RemoteExecutionException} has one of that very type as its cause,
     * with the message and the stack trace of the original; its fields do not travel. Types that a
     * method declares need no registration. Other types are never made here, whatever a worker
     * names.
     *
     * @param type a public class with a public constructor that takes a message, a message and a
     *     cause, or nothing; with {@link RemoteType} it stands for that Python class ({@code module
     *     = "builtins", name = "ValueError"}, for one)
     * @return this builder
     */
    public Builder exception(Class<? extends Throwable> type) {
      draft.exceptions.add(type);
      return this;
    }

    /**
     * Deploys Python functions instead of Java ones. The remote interfaces bind them by name;
     * benchmarks, contexts and queueing are what the Python source says.
     *
     * @param source a module's file, or a package's folder with its {@code __init__.py}
     * @return this builder
     */
    public Builder python(Path source) {
      draft.python = source;
      return this;
    }

    /**
     * What travels to workers as class path.
     *
     * @param classpath by default {@link Classpath#current()}
     * @return this builder
     */
    public Builder classpath(Classpath classpath) {
      draft.classpath = classpath;
      return this;
    }

    /**
     * The bucket that the image's {@linkplain Image#asset assets} lie in.
     *
     * @param store by default the one that the environment variable {@code VAST_ASSETS} (or the
     *     system property {@code vast.assets}) names as {@code s3://bucket/prefix}. With neither,
     *     workers of an engine on this machine copy assets from where they are.
     * @return this builder
     */
    public Builder assets(AssetStore store) {
      draft.assets = store;
      return this;
    }

    /**
     * Who is told what a deploy is doing.
     *
     * @param progress nobody by default
     * @return this builder
     */
    public Builder progress(ProgressListener progress) {
      draft.progress = progress;
      return this;
    }

    /**
     * Adds an observer of calls, for metrics, traces or logs.
     *
     * @param observer told about every call through this deployment
     * @return this builder
     */
    public Builder observe(CallObserver observer) {
      draft.observers.add(observer);
      return this;
    }

    /**
     * Checks everything that can be checked here, and makes the deployment. Sends nothing, unless
     * it starts the embedded engine ({@code VAST_URL=local}).
     *
     * @return the deployment, to be closed
     * @throws InvalidDeploymentException for the first mistake found, naming the place and the mend
     * @throws dev.vast4j.errors.MissingApiKeyException when no connection was given and no key is
     *     found
     */
    public Deployment build() {
      return OwnDeployment.open(draft);
    }
  }
}
