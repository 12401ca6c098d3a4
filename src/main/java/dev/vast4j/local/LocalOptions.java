package dev.vast4j.local;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded engine runs. Immutable: each method returns a changed copy.
 *
 * <p>Start from {@link #defaults()}.
 */
public final class LocalOptions {
  private static final LocalOptions DEFAULTS = new LocalOptions(new Draft());

  private final int port;
  private final @Nullable Path folder;
  private final int maxWorkers;
  private final @Nullable String workerHeap;
  private final @Nullable Duration rateLimit;
  private final boolean runSetup;
  private final Clock clock;
  private final @Nullable String apiKey;
  private final Duration routeHold;
  private final @Nullable Chaos chaos;

  private LocalOptions(Draft draft) {
    this.port = draft.port;
    this.folder = draft.folder;
    this.maxWorkers = draft.maxWorkers;
    this.workerHeap = draft.workerHeap;
    this.rateLimit = draft.rateLimit;
    this.runSetup = draft.runSetup;
    this.clock = draft.clock;
    this.apiKey = draft.apiKey;
    this.routeHold = draft.routeHold;
    this.chaos = draft.chaos;
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
    Draft draft = draft();
    draft.port = port;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.folder = folder.toAbsolutePath().normalize();
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.maxWorkers = maxWorkers;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.workerHeap = size;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.rateLimit = interval;
    return new LocalOptions(draft);
  }

  /**
   * Whether workers run the bundle's set-up: apt and pip packages and scripts. Off by default,
   * because it would change this machine; what was skipped is named in the worker's log.
   *
   * @param runSetup true to run it
   * @return a changed copy
   */
  public LocalOptions runSetup(boolean runSetup) {
    Draft draft = draft();
    draft.runSetup = runSetup;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.clock = clock;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.apiKey = apiKey.strip();
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.routeHold = hold;
    return new LocalOptions(draft);
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
    Draft draft = draft();
    draft.chaos = Chaos.parse(rules);
    return new LocalOptions(draft);
  }

  Optional<Chaos> chaos() {
    return Optional.ofNullable(chaos);
  }

  int port() {
    return port;
  }

  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  int maxWorkers() {
    return maxWorkers;
  }

  Optional<String> workerHeap() {
    return Optional.ofNullable(workerHeap);
  }

  Optional<Duration> rateLimit() {
    return Optional.ofNullable(rateLimit);
  }

  boolean runSetup() {
    return runSetup;
  }

  Clock clock() {
    return clock;
  }

  Optional<String> apiKey() {
    return Optional.ofNullable(apiKey);
  }

  Duration routeHold() {
    return routeHold;
  }

  private Draft draft() {
    Draft draft = new Draft();
    draft.port = port;
    draft.folder = folder;
    draft.maxWorkers = maxWorkers;
    draft.workerHeap = workerHeap;
    draft.rateLimit = rateLimit;
    draft.runSetup = runSetup;
    draft.clock = clock;
    draft.apiKey = apiKey;
    draft.routeHold = routeHold;
    draft.chaos = chaos;
    return draft;
  }

  private static final class Draft {
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
