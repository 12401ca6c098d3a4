package dev.vast4j.internal.deploy;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.internal.spi.Libraries;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the builder of a connection was given, checked as it comes; the environment supplies the
 * rest. Not thread-safe.
 */
public final class ConnectionSettings {
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

  /** Starts from the environment; throws InvalidDeploymentException for a library too old. */
  public ConnectionSettings() {
    this(Environment.ofProcess());
  }

  ConnectionSettings(Environment environment) {
    Libraries.check();
    this.environment = environment;
  }

  /** Sets the API key; throws InvalidDeploymentException when it is blank. */
  public void apiKey(String key) {
    if (key.isBlank()) {
      throw invalid("apiKey", "it is blank", "Give the account's key");
    }
    apiKey = key.strip();
  }

  /** Sets the web API's URL; throws InvalidDeploymentException when it isn't one. */
  public void webUrl(String location, String url) {
    webUrl = url(location, url);
  }

  /** Sets the engine's URL; throws InvalidDeploymentException when it isn't one. */
  public void engineUrl(String location, String url) {
    engineUrl = url(location, url);
  }

  /** Chooses the service's engine by name; throws InvalidDeploymentException for an unknown one. */
  public void instance(String name) {
    if (!INSTANCES.containsKey(name)) {
      throw invalid("instance", "it is '" + name + "'", "Give prod, alpha, candidate or local");
    }
    instance = name;
  }

  /** Bounds the exchanges at once without virtual threads; throws InvalidDeploymentException. */
  public void threads(int count) {
    if (count < 1) {
      throw invalid("threads", "it is " + count, "Give 1 or more");
    }
    threads = count;
  }

  /** Sets the folder for what is cached. */
  public void cacheFolder(Path folder) {
    cacheFolder = folder;
  }

  Environment environment() {
    return environment;
  }

  /** The engine's name, or null when none was chosen. */
  @Nullable String instance() {
    return instance;
  }

  /** Opens the connection; throws MissingApiKeyException when there is no key. */
  Connection connect() {
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
      // A web API other than the service's own is a stand-alone engine, which serves both.
      boolean standAlone = instance == null && !web.equals(WEB);
      engine =
          standAlone
              ? web
              : Objects.requireNonNull(INSTANCES.get(instance == null ? "prod" : instance));
    }
    return connect(key, web, engine);
  }

  /** Opens a connection to services at given URLs. */
  Connection connect(String key, URI web, URI engine) {
    Connection.Builder builder = Connection.builder(() -> key).webUrl(web).engineUrl(engine);
    if (threads != null) {
      builder.platformThreads(threads);
    }
    Path cache = cacheFolder != null ? cacheFolder : environment.path("VAST_CACHE_FOLDER");
    if (cache != null) {
      builder.cacheFolder(cache);
    }
    return builder.build();
  }

  private @Nullable URI fromEnvironment(String variable) {
    String value = environment.get(variable);
    return value == null ? null : url(variable, value);
  }

  private static URI url(String location, String text) {
    try {
      URI uri = URI.create(text.strip().replaceAll("/+$", ""));
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null
          && uri.getRawPath().isEmpty()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The text may hold a password, so neither it nor the parser's message is repeated.
      throw notUrl(location);
    }
    throw notUrl(location);
  }

  private static InvalidDeploymentException notUrl(String location) {
    return new InvalidDeploymentException(
        location,
        "it isn't an http or https URL without a path",
        "Give one such as https://console.vast.ai",
        null);
  }

  private static InvalidDeploymentException invalid(String setting, String problem, String fix) {
    return new InvalidDeploymentException("Vast.builder()." + setting, problem, fix, null);
  }
}
