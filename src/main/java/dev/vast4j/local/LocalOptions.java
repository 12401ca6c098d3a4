package dev.vast4j.local;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of an embedded engine. Immutable: each method returns a changed copy.
 *
 * <p>Start from {@link #defaults()}.
 */
public final class LocalOptions {
  private static final LocalOptions DEFAULTS = new LocalOptions(new Values());

  /** Not changed after construction. */
  private final Values values;

  private LocalOptions(Values values) {
    this.values = values;
  }

  /**
   * Returns the options of {@link LocalVast#start()}.
   *
   * @return the defaults
   */
  public static LocalOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the loopback port to listen on.
   *
   * @param port 0 (the default) for any free port, else 1 to 65535
   * @return a changed copy
   * @throws IllegalArgumentException when the port is out of bounds
   */
  public LocalOptions port(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, was " + port);
    }
    return with(values -> values.port = port);
  }

  /**
   * Sets the folder for bundles, deployments and workers, so that deployments outlive the engine.
   * The default is a new temporary folder, deleted when the engine ends.
   *
   * @param folder created when it does not exist
   * @return a changed copy
   */
  public LocalOptions folder(Path folder) {
    return with(values -> values.folder = folder.toAbsolutePath().normalize());
  }

  /**
   * Limits the workers of one deployment, whatever its {@code max_workers}: a laptop has fewer
   * processors than the cloud. The default is the number of processors, at least 2.
   *
   * @param maxWorkers at least 1
   * @return a changed copy
   * @throws IllegalArgumentException when less than 1
   */
  public LocalOptions maxWorkers(int maxWorkers) {
    if (maxWorkers < 1) {
      throw new IllegalArgumentException("maxWorkers must be at least 1, was " + maxWorkers);
    }
    return with(values -> values.maxWorkers = maxWorkers);
  }

  /**
   * Sets the heap limit of each Java worker, as {@code -Xmx} takes it. The default is the one in
   * the bundle's JVM arguments, else the JVM's.
   *
   * @param size a number, optionally followed by k, m or g, such as {@code 512m} or {@code 2g}
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a size
   */
  public LocalOptions workerHeap(String size) {
    if (!size.matches("[1-9][0-9]*[kKmMgG]?")) {
      throw new IllegalArgumentException(
          "workerHeap must be a number, optionally followed by k, m or g, such as 512m, was "
              + size);
    }
    return with(values -> values.workerHeap = size);
  }

  /**
   * Answers 429 to web API calls that follow a caller's last call of the same kind too soon, as the
   * service does. Off by default.
   *
   * @param interval the minimum time between two calls, positive
   * @return a changed copy
   * @throws IllegalArgumentException when not positive
   */
  public LocalOptions rateLimit(Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("rateLimit must be positive, was " + interval);
    }
    return with(values -> values.rateLimit = interval);
  }

  /**
   * Sets whether workers run the bundle's setup: apt packages, pip packages and scripts. Off by
   * default, because it changes this machine; the worker's log names what was skipped.
   *
   * @param runSetup true to run it
   * @return a changed copy
   */
  public LocalOptions runSetup(boolean runSetup) {
    return with(values -> values.runSetup = runSetup);
  }

  /**
   * Sets the clock for scaling, inactivity, TTLs and expiring URLs. The default is the system
   * clock. What depends on real processes and connections, such as whether a worker still reports,
   * uses real time.
   *
   * @param clock the clock
   * @return a changed copy
   */
  public LocalOptions clock(Clock clock) {
    return with(values -> values.clock = clock);
  }

  /**
   * Sets the account's API key. The default is the one kept in the folder, else a random one.
   *
   * @param apiKey not blank; surrounding white space is removed
   * @return a changed copy
   * @throws IllegalArgumentException when blank
   */
  public LocalOptions apiKey(String apiKey) {
    if (apiKey.isBlank()) {
      throw new IllegalArgumentException("apiKey must not be blank");
    }
    return with(values -> values.apiKey = apiKey.strip());
  }

  /**
   * Sets how long a repeated route call waits for a free worker before it is answered. The default
   * is 2 seconds; a first call is answered at once.
   *
   * @param hold from zero to 8 seconds (a client gives a route call 10)
   * @return a changed copy
   * @throws IllegalArgumentException when out of bounds
   */
  public LocalOptions routeHold(Duration hold) {
    if (hold.isNegative() || hold.compareTo(Duration.ofSeconds(8)) > 0) {
      throw new IllegalArgumentException("routeHold must be between 0 and 8 s, was " + hold);
    }
    return with(values -> values.routeHold = hold);
  }

  /**
   * Lets debuggers of this machine attach to Java workers. The same as {@link #debug(int, boolean)}
   * without suspending.
   *
   * @param port 1 to 65535, such as 5005
   * @return a changed copy
   * @throws IllegalArgumentException when the port is out of bounds
   */
  public LocalOptions debug(int port) {
    return debug(port, false);
  }

  /**
   * Lets debuggers of this machine attach to Java workers: the first worker accepts one at this
   * loopback port, the others at the next free ones, which the log names. Workers that a debugger
   * holds are not restarted for their silence. Off by default.
   *
   * @param port 1 to 65535, such as 5005
   * @param suspend whether a worker waits for its debugger before it runs anything
   * @return a changed copy
   * @throws IllegalArgumentException when the port is out of bounds
   */
  public LocalOptions debug(int port, boolean suspend) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("debug must be between 1 and 65535, was " + port);
    }
    return with(
        values -> {
          values.debugPort = port;
          values.debugSuspend = suspend;
        });
  }

  /**
   * Sets whether the engine ends by itself when the JVM shuts down. On by default. Turn it off in a
   * program that closes the engine in its own shutdown hook, after the calls in flight; a program
   * that ends without closing it takes its workers along in any case.
   *
   * @param shutdownHook false to leave the end to {@link LocalVast#close()}
   * @return a changed copy
   */
  public LocalOptions shutdownHook(boolean shutdownHook) {
    return with(values -> values.shutdownHook = shutdownHook);
  }

  /**
   * Names what stands in for a template: a workergroup that is created with this template hash
   * starts it as its workers. Other workergroups have none on this engine. None by default.
   *
   * <pre>{@code
   * LocalOptions.defaults()
   *     .template("ollama", LocalTemplate.server(URI.create("http://127.0.0.1:11434")));
   * }</pre>
   *
   * @param hash the template hash, or any name
   * @param template what to start
   * @return a changed copy
   * @throws IllegalArgumentException when the hash is blank
   */
  public LocalOptions template(String hash, LocalTemplate template) {
    if (hash.isBlank()) {
      throw new IllegalArgumentException("a template's hash must not be blank");
    }
    Map<String, LocalTemplate> changed = new LinkedHashMap<>(values.templates);
    changed.put(hash, template);
    return with(values -> values.templates = Map.copyOf(changed));
  }

  /**
   * Injects faults, to test whether a program copes. None by default.
   *
   * <p>The rules: {@code kill=5s} kills a serving worker every 5 seconds; {@code error=0.05}
   * answers one in twenty calls to the web API and the engine with 500; {@code latency=200ms:0.1}
   * delays one in ten calls by 200 ms. Workers' reports are spared.
   *
   * @param rules such as {@code kill=5s,error=0.05,latency=200ms:0.1}
   * @return a changed copy
   * @throws IllegalArgumentException when a rule is invalid; the message names it
   */
  public LocalOptions chaos(String rules) {
    return with(values -> values.chaos = Chaos.parse(rules));
  }

  Map<String, LocalTemplate> templates() {
    return values.templates;
  }

  Optional<Chaos> chaos() {
    return Optional.ofNullable(values.chaos);
  }

  /** The first port for debuggers, or 0. */
  int debugPort() {
    return values.debugPort;
  }

  boolean debugSuspend() {
    return values.debugSuspend;
  }

  boolean shutdownHook() {
    return values.shutdownHook;
  }

  int port() {
    return values.port;
  }

  Optional<Path> folder() {
    return Optional.ofNullable(values.folder);
  }

  int maxWorkers() {
    return values.maxWorkers;
  }

  Optional<String> workerHeap() {
    return Optional.ofNullable(values.workerHeap);
  }

  Optional<Duration> rateLimit() {
    return Optional.ofNullable(values.rateLimit);
  }

  boolean runSetup() {
    return values.runSetup;
  }

  Clock clock() {
    return values.clock;
  }

  Optional<String> apiKey() {
    return Optional.ofNullable(values.apiKey);
  }

  Duration routeHold() {
    return values.routeHold;
  }

  private LocalOptions with(Consumer<Values> change) {
    Values changed = new Values();
    changed.port = values.port;
    changed.folder = values.folder;
    changed.maxWorkers = values.maxWorkers;
    changed.workerHeap = values.workerHeap;
    changed.rateLimit = values.rateLimit;
    changed.runSetup = values.runSetup;
    changed.clock = values.clock;
    changed.apiKey = values.apiKey;
    changed.routeHold = values.routeHold;
    changed.chaos = values.chaos;
    changed.shutdownHook = values.shutdownHook;
    changed.templates = values.templates;
    changed.debugPort = values.debugPort;
    changed.debugSuspend = values.debugSuspend;
    change.accept(changed);
    return new LocalOptions(changed);
  }

  private static final class Values {
    int port;
    @Nullable Path folder;
    boolean shutdownHook = true;
    int debugPort;
    boolean debugSuspend;
    int maxWorkers = Math.max(2, Runtime.getRuntime().availableProcessors());
    @Nullable String workerHeap;
    @Nullable Duration rateLimit;
    boolean runSetup;
    Clock clock = Clock.systemUTC();
    @Nullable String apiKey;
    Duration routeHold = Duration.ofSeconds(2);
    @Nullable Chaos chaos;
    Map<String, LocalTemplate> templates = Map.of();
  }
}
