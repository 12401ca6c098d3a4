package dev.vast4j;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.internal.spi.LocalEngineProvider;
import dev.vast4j.internal.spi.LocalEngineProvider.LocalEngine;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to Vast: an account, the two services, one HTTP client. Deployments share it.
 * Thread-safe; nothing is sent before it is needed. To be closed, which ends its threads and
 * connections.
 */
public final class Vast implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Vast.class);

  private final Connection connection;
  private final @Nullable String instance;
  private final Timeouts timeouts;
  private final @Nullable LocalEngine engine;

  private Vast(
      Connection connection,
      Timeouts timeouts,
      @Nullable String instance,
      @Nullable LocalEngine engine) {
    this.connection = connection;
    this.timeouts = timeouts;
    this.instance = instance;
    this.engine = engine;
  }

  /**
   * Builds a connection; what is not given comes from the environment, as with {@link
   * #fromEnvironment}.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder(Environment.ofProcess());
  }

  /**
   * The connection that the environment describes.
   *
   * <ul>
   *   <li>{@code VAST_URL}: {@code local} for the embedded engine, or the web API's URL; the
   *       service's by default.
   *   <li>{@code VAST_ENGINE_URL}: the engine's URL.
   *   <li>The API key: {@code VAST_API_KEY}, else the file {@code
   *       $XDG_CONFIG_HOME/vastai/vast_api_key} (by default {@code ~/.config/vastai/vast_api_key}),
   *       else {@code ~/.vast_api_key}.
   * </ul>
   *
   * <p>And for what is not given otherwise: {@code VAST_CACHE_FOLDER}, {@code VAST_CALL_TIMEOUT}
   * and {@code VAST_WORKER_TIMEOUT} (seconds). A system property goes before its variable: {@code
   * vast.url}, {@code vast.engineUrl}, {@code vast.apiKey}, {@code vast.cacheFolder}, {@code
   * vast.callTimeout}, {@code vast.workerTimeout}. Reads files; sends nothing, unless the embedded
   * engine is started.
   *
   * @return a connection, to be closed
   * @throws MissingApiKeyException when no key is found; it names all the places
   * @throws LocalEngineException when the embedded engine is asked for and cannot start
   */
  public static Vast fromEnvironment() {
    return fromEnvironment(Environment.ofProcess());
  }

  static Vast fromEnvironment(Environment environment) {
    if ("local".equalsIgnoreCase(environment.get("VAST_URL"))) {
      return local();
    }
    return new Builder(environment).build();
  }

  /**
   * As {@link #fromEnvironment()} where an API key or {@code VAST_URL} is there, else as {@link
   * #local()}, which it says at INFO: for programs that should run on any laptop. A service should
   * not use it, since a forgotten key would go unnoticed.
   *
   * @return a connection, to be closed
   */
  public static Vast fromEnvironmentOrLocal() {
    Environment environment = Environment.ofProcess();
    if (environment.get("VAST_URL") == null && environment.apiKey() == null) {
      LOG.info("No Vast API key found: using the local engine");
      return local();
    }
    return fromEnvironment(environment);
  }

  /**
   * Starts the embedded engine in this process and connects to it: web API, engine, object store
   * and workers on this machine, with no account. Blocks until it answers. Closing the connection
   * ends the engine and its workers.
   *
   * @return a connection, to be closed
   * @throws LocalEngineException when the engine cannot start
   */
  public static Vast local() {
    LocalEngineProvider provider =
        ServiceLoader.load(LocalEngineProvider.class, Vast.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new LocalEngineException(
                        "the embedded engine is not on the class path; it is part of vast4j's jar",
                        null));
    Environment environment = Environment.ofProcess();
    Timeouts timeouts = Timeouts.of(environment);
    LocalEngine engine = provider.start();
    URI url = URI.create(engine.url());
    Connection.Builder builder = Connection.builder(engine::apiKey).webUrl(url).engineUrl(url);
    Path cacheFolder = environment.path("VAST_CACHE_FOLDER");
    if (cacheFolder != null) {
      builder.cacheFolder(cacheFolder);
    }
    return new Vast(builder.build(), timeouts, null, engine);
  }

  /**
   * The account's deployments.
   *
   * @return a view; every method of it asks the service
   */
  public Deployments deployments() {
    return new Deployments(connection.web());
  }

  /**
   * The account's endpoints.
   *
   * @return a view; every method of it asks the service
   */
  public Endpoints endpoints() {
    return new Endpoints(connection);
  }

  /**
   * The account's workergroups.
   *
   * @return a view; every method of it asks the service
   */
  public Workergroups workergroups() {
    return new Workergroups(connection);
  }

  /**
   * Whether this is the embedded engine, started by {@link #local()}.
   *
   * @return true for the embedded engine
   */
  public boolean isLocal() {
    return engine != null;
  }

  /**
   * URL of the web API.
   *
   * @return the URL, without a path
   */
  public URI webUrl() {
    return connection.webUrl();
  }

  /**
   * URL of the engine.
   *
   * @return the URL, without a path
   */
  public URI engineUrl() {
    return connection.engineUrl();
  }

  /**
   * Ends the connections, the calls in flight with them, and the embedded engine if it was started
   * here. Idempotent. Blocks for the embedded engine's workers to end, some seconds at most.
   */
  @Override
  public void close() {
    try {
      connection.close();
    } finally {
      if (engine != null) {
        engine.close();
      }
    }
  }

  @Override
  public String toString() {
    return engine != null
        ? "the local engine at " + webUrl()
        : webUrl().equals(engineUrl())
            ? "Vast at " + webUrl()
            : "Vast at " + webUrl() + ", engine " + engineUrl();
  }

  Connection connection() {
    return connection;
  }

  /**
   * Whether the engine runs on this machine, and its workers with it, so that they can read this
   * machine's files.
   */
  boolean isOnThisMachine() {
    String host = String.valueOf(webUrl().getHost());
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }

  Timeouts timeouts() {
    return timeouts;
  }

  /** The engine instance by name, or null when it was not named. */
  @Nullable String instance() {
    return instance;
  }

  /** Builds a connection. Not thread-safe. */
  public static final class Builder {
    private static final URI WEB = URI.create("https://console.vast.ai");
    private static final Map<String, URI> INSTANCES =
        Map.of(
            "prod", URI.create("https://run.vast.ai"),
            "alpha", URI.create("https://run-alpha.vast.ai"),
            "candidate", URI.create("https://run-candidate.vast.ai"),
            "local", URI.create("http://localhost:8080"));

    private final Environment environment;
    private @Nullable String apiKey;
    private @Nullable URI webUrl;
    private @Nullable URI engineUrl;
    private @Nullable String instance;
    private @Nullable Integer threads;
    private @Nullable Path cacheFolder;

    private Builder(Environment environment) {
      this.environment = environment;
    }

    /**
     * The account's API key. By default it is looked for in the environment and the key files.
     *
     * @param apiKey the key; never logged or shown
     * @return this builder
     * @throws InvalidDeploymentException when blank
     */
    public Builder apiKey(String apiKey) {
      if (apiKey.isBlank()) {
        throw new InvalidDeploymentException(
            "Vast.builder().apiKey", "it is blank", "Give the account's key", null);
      }
      this.apiKey = apiKey.strip();
      return this;
    }

    /**
     * URL of the web API.
     *
     * @param url http or https, without a path; the service's by default
     * @return this builder
     * @throws InvalidDeploymentException when it is no such URL
     */
    public Builder webUrl(String url) {
      this.webUrl = url("webUrl", url);
      return this;
    }

    /**
     * URL of the engine.
     *
     * @param url http or https, without a path; by default the named {@link #instance}'s or, when
     *     {@link #webUrl} is not the service's, the same as that
     * @return this builder
     * @throws InvalidDeploymentException when it is no such URL
     */
    public Builder engineUrl(String url) {
      this.engineUrl = url("engineUrl", url);
      return this;
    }

    /**
     * One of the service's engines by name.
     *
     * @param name {@code prod} (the default), {@code alpha}, {@code candidate} or {@code local}
     *     (port 8080 of this machine)
     * @return this builder
     * @throws InvalidDeploymentException when the name is unknown
     */
    public Builder instance(String name) {
      if (!INSTANCES.containsKey(name)) {
        throw new InvalidDeploymentException(
            "Vast.builder().instance",
            "it is '" + name + "'",
            "Give prod, alpha, candidate or local",
            null);
      }
      this.instance = name;
      return this;
    }

    /**
     * How many HTTP exchanges may run at once on a JDK without virtual threads (before 21), where
     * each takes a thread; further calls wait their turn. Plays no part on 21 and later.
     *
     * @param count at least 1; 24 by default
     * @return this builder
     * @throws InvalidDeploymentException when below 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new InvalidDeploymentException(
            "Vast.builder().threads", "it is " + count, "Give 1 or more", null);
      }
      this.threads = count;
      return this;
    }

    /**
     * Where digests and certificates are cached.
     *
     * @param folder made when missing; by default {@code VAST_CACHE_FOLDER}, else {@code vast4j} in
     *     the user's cache folder ({@code $XDG_CACHE_HOME}, {@code ~/.cache})
     * @return this builder
     */
    public Builder cacheFolder(Path folder) {
      this.cacheFolder = folder;
      return this;
    }

    /**
     * Makes the connection. Sends nothing.
     *
     * @return a connection, to be closed
     * @throws MissingApiKeyException when no key was given and none is found
     */
    public Vast build() {
      String key = apiKey != null ? apiKey : environment.apiKey();
      if (key == null) {
        throw new MissingApiKeyException(environment.apiKeyPlaces());
      }
      URI web = webUrl != null ? webUrl : fromEnvironment("VAST_URL");
      URI engine = engineUrl != null ? engineUrl : fromEnvironment("VAST_ENGINE_URL");
      if (web == null) {
        web = WEB;
      }
      if (engine == null) {
        // A web API that is not the service's own is a stand-alone engine, which serves both.
        engine = instance == null && !web.equals(WEB) ? web : engineOf(instance);
      }
      Timeouts timeouts = Timeouts.of(environment);
      String found = key;
      Connection.Builder builder = Connection.builder(() -> found).webUrl(web).engineUrl(engine);
      if (threads != null) {
        builder.platformThreads(threads);
      }
      Path cache = cacheFolder != null ? cacheFolder : environment.path("VAST_CACHE_FOLDER");
      if (cache != null) {
        builder.cacheFolder(cache);
      }
      return new Vast(builder.build(), timeouts, instance, null);
    }

    private static URI engineOf(@Nullable String instance) {
      return Objects.requireNonNull(INSTANCES.get(instance == null ? "prod" : instance));
    }

    private @Nullable URI fromEnvironment(String variable) {
      String value = environment.get(variable);
      return value == null ? null : url(variable, value);
    }

    private static URI url(String place, String text) {
      try {
        URI uri = URI.create(text.strip().replaceAll("/+$", ""));
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if ((scheme.equals("http") || scheme.equals("https"))
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null) {
          return uri;
        }
      } catch (IllegalArgumentException e) {
        // The text may hold a password, so neither it nor the parser's message is repeated.
        throw notAUrl(place);
      }
      throw notAUrl(place);
    }

    private static InvalidDeploymentException notAUrl(String place) {
      return new InvalidDeploymentException(
          place, "it is no http or https URL", "Give one such as https://console.vast.ai", null);
    }
  }
}
