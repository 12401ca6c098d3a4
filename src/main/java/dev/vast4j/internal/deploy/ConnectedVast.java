package dev.vast4j.internal.deploy;

import dev.vast4j.Deployments;
import dev.vast4j.Endpoint;
import dev.vast4j.Endpoints;
import dev.vast4j.Offers;
import dev.vast4j.Vast;
import dev.vast4j.Workergroups;
import dev.vast4j.api.Connection;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.internal.call.Timeouts;
import dev.vast4j.internal.spi.Libraries;
import dev.vast4j.internal.spi.LocalEngineProvider;
import dev.vast4j.internal.spi.LocalEngineProvider.LocalEngine;
import java.net.URI;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A connection to Vast or to an embedded engine of its own. Thread-safe. */
public final class ConnectedVast implements Vast {

  /** How the text of a connection to an engine of its own starts. */
  static final String LOCAL = "the local engine at ";

  private final Connection connection;
  private final Timeouts timeouts;
  private final @Nullable String instance;
  private final @Nullable LocalEngine engine;
  private final Map<String, ConnectedEndpoint> endpoints = new ConcurrentHashMap<>();

  private ConnectedVast(
      Connection connection,
      Timeouts timeouts,
      @Nullable String instance,
      @Nullable LocalEngine engine) {
    this.connection = connection;
    this.timeouts = timeouts;
    this.instance = instance;
    this.engine = engine;
  }

  /** Opens a connection; see {@link Vast.Builder#build()}. */
  public static ConnectedVast open(ConnectionSettings settings) {
    Connection connection = settings.connect();
    Timeouts timeouts = Timeouts.of(settings.environment()::get);
    return new ConnectedVast(connection, timeouts, settings.instance(), null);
  }

  /** See {@link Vast#fromEnvironment()}. */
  public static ConnectedVast fromEnvironment() {
    Libraries.check();
    return fromEnvironment(Environment.ofProcess());
  }

  static ConnectedVast fromEnvironment(Environment environment) {
    return "local".equalsIgnoreCase(environment.get("VAST_URL"))
        ? local()
        : open(new ConnectionSettings(environment));
  }

  /** See {@link Vast#fromEnvironmentOrLocal()}. */
  public static ConnectedVast fromEnvironmentOrLocal() {
    Libraries.check();
    Environment environment = Environment.ofProcess();
    if (environment.get("VAST_URL") == null && environment.apiKey() == null) {
      LoggerFactory.getLogger(Vast.class).info("No Vast API key found: using the local engine");
      return local();
    }
    return fromEnvironment(environment);
  }

  /** See {@link Vast#local()}. */
  public static ConnectedVast local() {
    Libraries.check();
    ConnectionSettings settings = new ConnectionSettings();
    LocalEngineProvider provider =
        ServiceLoader.load(LocalEngineProvider.class, Vast.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new LocalEngineException(
                        "the embedded engine is not on the class path; it is part of vast4j's jar",
                        null));
    Timeouts timeouts = Timeouts.of(settings.environment()::get);
    LocalEngine engine = provider.start();
    URI url = URI.create(engine.url());
    return new ConnectedVast(settings.connect(engine.apiKey(), url, url), timeouts, null, engine);
  }

  /** The connection behind a {@code Vast}; throws InvalidDeploymentException for a foreign one. */
  static ConnectedVast of(Vast vast) {
    if (vast instanceof ConnectedVast connected) {
      return connected;
    }
    throw new InvalidDeploymentException(
        "the connection " + vast.getClass().getName(),
        "vast4j did not make it",
        "Use Vast.builder(), Vast.fromEnvironment() or Vast.local()",
        null);
  }

  @Override
  public Deployments deployments() {
    return new AccountDeployments(connection.web(), new Rollbacks(state(), toString()));
  }

  @Override
  public Endpoints endpoints() {
    return new AccountEndpoints(connection);
  }

  @Override
  public Endpoint endpoint(String name) {
    if (name.isBlank()) {
      throw new InvalidDeploymentException(
          "Vast.endpoint", "the name is blank", "Give the endpoint's name", null);
    }
    return endpoints.computeIfAbsent(
        name,
        key ->
            ConnectedEndpoint.of(
                connection, ConnectionSettings.openAi(webUrl(), key), key, timeouts));
  }

  @Override
  public String apiKey() {
    return connection.apiKey();
  }

  @Override
  public Workergroups workergroups() {
    return new AccountWorkergroups(connection);
  }

  @Override
  public Offers offers() {
    return search -> connection.web().offers(search);
  }

  @Override
  public boolean isLocal() {
    return engine != null;
  }

  @Override
  public URI webUrl() {
    return connection.webUrl();
  }

  @Override
  public URI engineUrl() {
    return connection.engineUrl();
  }

  @Override
  public void close() {
    try {
      endpoints.values().forEach(ConnectedEndpoint::close);
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
        ? LOCAL + webUrl()
        : webUrl().equals(engineUrl())
            ? "Vast at " + webUrl()
            : "Vast at " + webUrl() + ", engine " + engineUrl();
  }

  Connection connection() {
    return connection;
  }

  /** What this machine keeps about the account's deployments. */
  LocalState state() {
    return new LocalState(connection);
  }

  Timeouts timeouts() {
    return timeouts;
  }

  /** The engine's name, or null when none was chosen. */
  @Nullable String instance() {
    return instance;
  }
}
