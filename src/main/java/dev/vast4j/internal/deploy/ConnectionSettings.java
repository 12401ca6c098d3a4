package dev.vast4j.internal.deploy;

import dev.vast4j.Secret;
import dev.vast4j.api.Connection;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.internal.http.ApiKey;
import dev.vast4j.internal.http.Network;
import dev.vast4j.internal.http.RootCertificate;
import dev.vast4j.internal.spi.Libraries;
import dev.vast4j.launcher.ProxyVariables;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private Network.@Nullable ChosenProxy proxy;
  private List<X509Certificate> trusted = List.of();
  private @Nullable Duration connectTimeout;
  private @Nullable Duration readTimeout;

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

  /** Sets the proxy; throws InvalidDeploymentException when it isn't one. */
  public void proxy(String host, int port, @Nullable String user, @Nullable Secret password) {
    if (host.isBlank() || host.contains("/") || host.contains("@")) {
      throw invalid("proxy", "its host isn't a name or an address", "Give proxy.acme.com, say");
    }
    if (port < 1 || port > 65_535) {
      throw invalid("proxy", "its port is " + port, "Give 1 to 65535");
    }
    proxy =
        new Network.ChosenProxy(
            host.strip(),
            port,
            user,
            () -> password == null ? "" : password.value("Vast.builder().proxy"));
  }

  /** Trusts the certificates of a file; throws InvalidDeploymentException when it has none. */
  public void trust(Path pem) {
    try {
      List<X509Certificate> all = new ArrayList<>(trusted);
      all.addAll(RootCertificate.parse(Files.readAllBytes(pem)));
      trusted = List.copyOf(all);
    } catch (IOException e) {
      throw new InvalidDeploymentException(
          "Vast.builder().trust",
          pem + " cannot be used: " + e.getMessage(),
          "Give a file of certificates in PEM format (-----BEGIN CERTIFICATE-----)",
          e);
    }
  }

  /** Sets the time-out of connecting; throws InvalidDeploymentException when not above 0. */
  public void connectTimeout(Duration time) {
    connectTimeout = positive("connectTimeout", time);
  }

  /** Sets the time-out of reading; throws InvalidDeploymentException when not above 0. */
  public void readTimeout(Duration time) {
    readTimeout = positive("readTimeout", time);
  }

  private static Duration positive(String setting, Duration time) {
    // OkHttp takes at most that many milliseconds.
    if (time.toMillis() < 1 || time.toMillis() > Integer.MAX_VALUE) {
      throw invalid(setting, "it is " + time, "Give 1 ms to 24 days");
    }
    return time;
  }

  Environment environment() {
    return environment;
  }

  /** The engine's name, or null when none was chosen. */
  @Nullable String instance() {
    return instance;
  }

  /**
   * Opens the connection. Throws MissingApiKeyException when there is no key and
   * InvalidDeploymentException when it cannot be sent.
   */
  Connection connect() {
    String key = apiKey != null ? apiKey : environment.apiKey();
    if (key == null) {
      throw new MissingApiKeyException(environment.apiKeyPlaces());
    }
    ApiKey.sendable(key);
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
    builder.network(
        new Network(
            proxy,
            new ProxyVariables(environment::variable),
            trusted,
            connectTimeout,
            readTimeout));
    if (threads != null) {
      builder.platformThreads(threads);
    }
    Path cache = cacheFolder != null ? cacheFolder : environment.path("VAST_CACHE_FOLDER");
    if (cache != null) {
      builder.cacheFolder(cache);
    }
    return builder.build();
  }

  /** The base URL of an endpoint's proxy for OpenAI clients; an engine of its own serves it too. */
  static URI openAi(URI web, String endpoint) {
    String name = URLEncoder.encode(endpoint, StandardCharsets.UTF_8).replace("+", "%20");
    return web.equals(WEB)
        ? URI.create("https://openai.vast.ai/" + name + "/v1")
        : URI.create(web + "/openai/" + name + "/v1");
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
