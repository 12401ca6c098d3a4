package dev.vast4j.local;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded engine runs. Immutable: each method returns a changed copy.
 *
 * <p>Start from {@link #defaults()}.
 */
public final class LocalOptions {
  private static final LocalOptions DEFAULTS = new LocalOptions(new Values());

  /** Never changed once it is here. */
  private final Values values;

  private LocalOptions(Values values) {
    this.values = values;
  }

  /**
   * The options of {@link LocalVast#start()}.
   *
   * @return the defaults
   */
  public static LocalOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The loopback port to listen on.
   *
   * @param port 0 (the default) for any free one, else 1 to 65535
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
   * Where the engine keeps bundles, deployments and the workers' folders. When given, the folder is
   * kept and deployments outlive the engine; the default is a new temporary folder, deleted when
   * the engine ends.
   *
   * @param folder made when it does not exist
   * @return a changed copy
   */
  public LocalOptions folder(Path folder) {
    return with(values -> values.folder = folder.toAbsolutePath().normalize());
  }

  /**
   * The most workers one deployment may have here, whatever its {@code max_workers} says: a laptop
   * has fewer processors than the cloud. The default is the number of processors, at least 2.
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
   * The heap limit of each Java worker, as {@code -Xmx} takes it. The default is what the bundle's
   * JVM arguments say, else the JVM's own.
   *
   * @param size such as {@code 512m} or {@code 2g}
   * @return a changed copy
   * @throws IllegalArgumentException when it is no such size
   */
  public LocalOptions workerHeap(String size) {
    if (!size.matches("[1-9][0-9]*[kKmMgG]?")) {
      throw new IllegalArgumentException(
          "workerHeap must be a number with k, m or g, such as 512m, was " + size);
    }
    return with(values -> values.workerHeap = size);
  }

  /**
   * Answers 429 to web API calls that follow the same caller's last call of the same kind sooner
   * than this, as the service does. Off by default.
   *
   * @param interval the least time between two calls, more than zero
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
   * Whether workers run the bundle's set-up: apt and pip packages and scripts. Off by default,
   * because it would change this machine; what was skipped is named in the worker's log.
   *
   * @param runSetup true to run it
   * @return a changed copy
   */
  public LocalOptions runSetup(boolean runSetup) {
    return with(values -> values.runSetup = runSetup);
  }

  /**
   * The clock of the engine's decisions: scaling, inactivity, TTLs, expiry of addresses. The
   * default is the system's. What depends on real processes and connections, such as whether a
   * worker still reports, goes by the time that really passes.
   *
   * @param clock the clock
   * @return a changed copy
   */
  public LocalOptions clock(Clock clock) {
    return with(values -> values.clock = clock);
  }

  /**
   * The account's API key. By default one is drawn at random, or read from the folder where one was
   * kept.
   *
   * @param apiKey not blank; white space around it does not count
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
   * How long a repeated route call may be held while no worker is free, so that it is answered the
   * moment one is. The default is 2 seconds; a first call is answered at once.
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
   * Makes things go wrong on purpose, to see whether a program copes. Nothing by default.
   *
   * <p>The text is a list of rules: {@code kill=5s} kills a worker that serves every 5 seconds;
   * {@code error=0.05} answers one of twenty calls to the web API and the engine with 500; {@code
   * latency=200ms:0.1} delays one call of ten by 200 ms. Workers' own reports are spared.
   *
   * @param rules such as {@code kill=5s,error=0.05,latency=200ms:0.1}
   * @return a changed copy
   * @throws IllegalArgumentException when a rule cannot be read; it names the rule
   */
  public LocalOptions chaos(String rules) {
    return with(values -> values.chaos = Chaos.parse(rules));
  }

  Optional<Chaos> chaos() {
    return Optional.ofNullable(values.chaos);
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
    change.accept(changed);
    return new LocalOptions(changed);
  }

  private static final class Values {
    int port;
    @Nullable Path folder;
    int maxWorkers = Math.max(2, Runtime.getRuntime().availableProcessors());
    @Nullable String workerHeap;
    @Nullable Duration rateLimit;
    boolean runSetup;
    Clock clock = Clock.systemUTC();
    @Nullable String apiKey;
    Duration routeHold = Duration.ofSeconds(2);
    @Nullable Chaos chaos;
  }
}
