package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.internal.deploy.ConnectedVast;
import dev.vast4j.internal.deploy.ConnectionSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A connection to one Vast account. Deployments share its HTTP client. Opening one sends nothing.
 * Close it to end its threads and connections. Thread-safe.
 *
 * <p>Not meant to be implemented: deployments accept only the connections that this interface's
 * methods and its builder make.
 */
public interface Vast extends AutoCloseable {

  /**
   * Starts building a connection. What you do not set comes from the environment, as with {@link
   * #fromEnvironment}.
   *
   * @return a new builder
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Opens the connection that the environment describes. Reads files; sends nothing, unless it
   * starts the embedded engine.
   *
   * <table>
   *   <caption>Variables and the system properties that override them</caption>
   *   <tr><th>variable</th><th>property</th><th>meaning</th></tr>
   *   <tr><td>{@code VAST_URL}</td><td>{@code vast.url}</td><td>{@code local} for the embedded
   *       engine, or the web API's URL; the service's by default</td></tr>
   *   <tr><td>{@code VAST_ENGINE_URL}</td><td>{@code vast.engineUrl}</td><td>the engine's
   *       URL</td></tr>
   *   <tr><td>{@code VAST_API_KEY}</td><td>{@code vast.apiKey}</td><td>the API key; else the file
   *       {@code $XDG_CONFIG_HOME/vastai/vast_api_key} (default {@code
   *       ~/.config/vastai/vast_api_key}), else {@code ~/.vast_api_key}</td></tr>
   *   <tr><td>{@code VAST_CACHE_FOLDER}</td><td>{@code vast.cacheFolder}</td><td>where digests and
   *       certificates are cached</td></tr>
   *   <tr><td>{@code VAST_CALL_TIMEOUT}</td><td>{@code vast.callTimeout}</td><td>default time-out
   *       of a call, in seconds</td></tr>
   *   <tr><td>{@code VAST_WORKER_TIMEOUT}</td><td>{@code vast.workerTimeout}</td><td>default
   *       time-out of one attempt, in seconds</td></tr>
   * </table>
   *
   * @return a connection; close it
   * @throws MissingApiKeyException when no key is found; names all places searched
   * @throws InvalidDeploymentException when the key has characters that cannot be sent
   * @throws LocalEngineException when the embedded engine is asked for and cannot start
   */
  static Vast fromEnvironment() {
    return ConnectedVast.fromEnvironment();
  }

  /**
   * Does what {@link #fromEnvironment()} does when there is an API key or {@code VAST_URL}, else
   * what {@link #local()} does, and logs at INFO which one it chose. Meant for programs that should
   * run on any laptop, not for services: a forgotten key would go unnoticed.
   *
   * @return a connection; close it
   * @throws LocalEngineException when the embedded engine cannot start
   */
  static Vast fromEnvironmentOrLocal() {
    return ConnectedVast.fromEnvironmentOrLocal();
  }

  /**
   * Starts the embedded engine in this process and connects to it: web API, engine, object store
   * and workers on this machine, without an account. Blocks until the engine answers. Closing the
   * connection ends the engine and its workers.
   *
   * @return a connection; close it
   * @throws LocalEngineException when the engine cannot start
   */
  static Vast local() {
    return ConnectedVast.local();
  }

  /** {@return the account's deployments} */
  Deployments deployments();

  /** {@return the account's endpoints} */
  Endpoints endpoints();

  /**
   * Returns an endpoint, to call its workers' routes. Sends nothing.
   *
   * @param name the endpoint's name; the account has at most one of it
   * @return the endpoint, always the same one for a name
   * @throws InvalidDeploymentException when the name is blank
   */
  Endpoint endpoint(String name);

  /** {@return the account's workergroups} */
  Workergroups workergroups();

  /** {@return the market of machines} */
  Offers offers();

  /** {@return whether this is an embedded engine that {@link #local()} started} */
  boolean isLocal();

  /** {@return the account's API key, for other clients such as OpenAI's; keep it secret} */
  String apiKey();

  /** {@return the web API's URL, without a path} */
  URI webUrl();

  /** {@return the engine's URL, without a path} */
  URI engineUrl();

  /**
   * Ends the connections, the calls in flight on them, and the embedded engine if this started it.
   * Idempotent. Blocks until the embedded engine's workers have ended, some seconds at most.
   */
  @Override
  void close();

  /** Builds a connection. Not thread-safe. */
  final class Builder {
    private final ConnectionSettings settings = new ConnectionSettings();

    private Builder() {}

    /**
     * Sets the account's API key. By default it comes from the environment and the key files.
     *
     * @param apiKey the key; never logged or shown
     * @return this builder
     * @throws InvalidDeploymentException when blank
     */
    public Builder apiKey(String apiKey) {
      settings.apiKey(apiKey);
      return this;
    }

    /**
     * Sets the web API's URL.
     *
     * @param url http or https, without a path; the service's by default
     * @return this builder
     * @throws InvalidDeploymentException when it isn't such a URL
     */
    public Builder webUrl(String url) {
      settings.webUrl("webUrl", url);
      return this;
    }

    /**
     * Sets the engine's URL.
     *
     * @param url http or https, without a path; by default the named {@link #instance}'s or, when
     *     {@link #webUrl} is not the service's, the same as that
     * @return this builder
     * @throws InvalidDeploymentException when it isn't such a URL
     */
    public Builder engineUrl(String url) {
      settings.engineUrl("engineUrl", url);
      return this;
    }

    /**
     * Chooses one of the service's engines by name.
     *
     * @param name {@code prod} (the default), {@code alpha}, {@code candidate} or {@code local}
     *     (port 8080 of this machine)
     * @return this builder
     * @throws InvalidDeploymentException when the name is unknown
     */
    public Builder instance(String name) {
      settings.instance(name);
      return this;
    }

    /**
     * Limits how many HTTP exchanges run at once on a JDK without virtual threads (before 21),
     * where each takes a thread. Further calls wait their turn. Has no effect on 21 and later.
     *
     * @param count at least 1; 24 by default
     * @return this builder
     * @throws InvalidDeploymentException when below 1
     */
    public Builder threads(int count) {
      settings.threads(count);
      return this;
    }

    /**
     * Sets the folder for cached digests and certificates.
     *
     * @param folder created when missing; by default {@code VAST_CACHE_FOLDER}, else {@code vast4j}
     *     in the user's cache folder ({@code $XDG_CACHE_HOME}, {@code ~/.cache})
     * @return this builder
     */
    public Builder cacheFolder(Path folder) {
      settings.cacheFolder(folder);
      return this;
    }

    /**
     * Sends everything through an HTTP proxy, except to this machine and to the hosts that the
     * variable {@code NO_PROXY} lists. By default the JVM's proxy applies ({@code https.proxyHost},
     * a default {@link java.net.ProxySelector}), then {@code HTTPS_PROXY} and {@code HTTP_PROXY}. A
     * proxy that wants a log-in gets it from {@link java.net.Authenticator}.
     *
     * @param host its name or address
     * @param port 1 to 65535
     * @return this builder
     * @throws InvalidDeploymentException when host or port cannot be one
     */
    public Builder proxy(String host, int port) {
      settings.proxy(host, port, null, null);
      return this;
    }

    /**
     * Sends everything through an HTTP proxy, as {@link #proxy(String, int)}, and logs in to it.
     *
     * @param host its name or address
     * @param port 1 to 65535
     * @param user the user to log in as (Basic)
     * @param password looked up at each log-in; never logged or shown
     * @return this builder
     * @throws InvalidDeploymentException when host or port cannot be one
     */
    public Builder proxy(String host, int port, String user, Secret password) {
      settings.proxy(host, port, user, password);
      return this;
    }

    /**
     * Trusts the certificates of a file in addition to the system's, such as those of a company's
     * own CA. Call it again for further files.
     *
     * @param pem one or more certificates in PEM format; read at once
     * @return this builder
     * @throws InvalidDeploymentException when it cannot be read or holds no certificate
     */
    public Builder trust(Path pem) {
      settings.trust(pem);
      return this;
    }

    /**
     * Limits how long connecting to one address may take.
     *
     * @param timeout 1 ms to 24 days; 10 seconds by default
     * @return this builder
     * @throws InvalidDeploymentException when out of these bounds
     */
    public Builder connectTimeout(Duration timeout) {
      settings.connectTimeout(timeout);
      return this;
    }

    /**
     * Limits how long an exchange with the web API and an upload may wait for the next bytes. Calls
     * have the time-outs of {@link CallOptions}.
     *
     * @param timeout 1 ms to 24 days; by default 30 seconds, and 2 minutes for uploads
     * @return this builder
     * @throws InvalidDeploymentException when out of these bounds
     */
    public Builder readTimeout(Duration timeout) {
      settings.readTimeout(timeout);
      return this;
    }

    /**
     * Opens the connection. Sends nothing.
     *
     * @return a connection; close it
     * @throws MissingApiKeyException when no key was given and none is found
     * @throws InvalidDeploymentException when the key has characters that cannot be sent
     */
    public Vast build() {
      return ConnectedVast.open(settings);
    }
  }
}
