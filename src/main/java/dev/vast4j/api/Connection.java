package dev.vast4j.api;

import dev.vast4j.internal.http.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Vast: the web API, the serverless engine and, through them, the workers. Shared
 * by everything that talks to the same account. Thread-safe. Neither its text form nor any message
 * holds the API key.
 */
public final class Connection implements AutoCloseable {
  private final URI webUrl;
  private final URI engineUrl;
  private final Transport transport;
  private final WebApi web;
  private final EngineApi engine;

  private Connection(Builder builder) {
    this.webUrl = builder.webUrl;
    this.engineUrl = builder.engineUrl;
    this.transport = Transport.create();
    this.web = new WebApi();
    this.engine = new EngineApi();
  }

  /**
   * Starts a connection.
   *
   * @param apiKey gives the account's key; asked at every request, so that it may change
   * @return a builder with everything else at its default
   */
  public static Builder builder(Supplier<String> apiKey) {
    return new Builder(apiKey);
  }

  /**
   * The web API.
   *
   * @return the web API
   */
  public WebApi web() {
    return web;
  }

  /**
   * The serverless engine.
   *
   * @return the engine
   */
  public EngineApi engine() {
    return engine;
  }

  /**
   * Uploads a bundle to the object store. Blocks. Repeats on network errors and 5xx, with back-off,
   * the whole file each time.
   *
   * @param target the answer that asked for the upload
   * @param file the tarball, read as it is sent; at most 5 GiB, the store's limit
   * @param progress told how far it is
   * @throws dev.vast4j.errors.UploadException when the store refuses; with status 403 the form has
   *     expired, and registering the deployment again gives a fresh one
   * @throws dev.vast4j.errors.BundleException when the file cannot be read or is too large
   * @throws dev.vast4j.errors.ServiceUnreachableException when the store cannot be reached
   */
  public void upload(PutResponse target, Path file, UploadProgress progress) {
    throw new UnsupportedOperationException();
  }

  /**
   * URL of the web API.
   *
   * @return the URL, without a slash at its end
   */
  public URI webUrl() {
    return webUrl;
  }

  /**
   * URL of the serverless engine.
   *
   * @return the URL, without a slash at its end
   */
  public URI engineUrl() {
    return engineUrl;
  }

  /**
   * For this library's own use: the HTTP clients and threads.
   *
   * @return the transport
   */
  public Transport transport() {
    return transport;
  }

  /** Cancels what is in flight and ends every thread. Idempotent. */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "Connection[web=" + webUrl + ", engine=" + engineUrl + "]";
  }

  /** Makes a {@link Connection}. Not thread-safe. */
  public static final class Builder {
    final Supplier<String> apiKey;
    URI webUrl = URI.create("https://console.vast.ai");
    URI engineUrl = URI.create("https://run.vast.ai");
    @Nullable Path cacheFolder;
    int platformThreads = 24;

    private Builder(Supplier<String> apiKey) {
      this.apiKey = apiKey;
    }

    /**
     * Sets the URL of the web API; {@code https://console.vast.ai} by default.
     *
     * @param url an {@code http} or {@code https} URL
     * @return this
     * @throws IllegalArgumentException when it is no such URL
     */
    public Builder webUrl(URI url) {
      this.webUrl = url;
      return this;
    }

    /**
     * Sets the URL of the serverless engine; {@code https://run.vast.ai} by default.
     *
     * @param url an {@code http} or {@code https} URL
     * @return this
     * @throws IllegalArgumentException when it is no such URL
     */
    public Builder engineUrl(URI url) {
      this.engineUrl = url;
      return this;
    }

    /**
     * Sets the folder for the CA certificate; {@code vast4j} in the user's cache folder by default.
     *
     * @param folder the folder, made when needed
     * @return this
     */
    public Builder cacheFolder(Path folder) {
      this.cacheFolder = folder;
      return this;
    }

    /**
     * Sets how many platform threads do HTTP on a JDK without virtual threads (before 21), which is
     * also how many HTTP exchanges run at once there; 24 by default. Ignored where there are
     * virtual threads.
     *
     * @param threads at least 1
     * @return this
     * @throws IllegalArgumentException when less than 1
     */
    public Builder platformThreads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("platformThreads is " + threads + ", at least 1");
      }
      this.platformThreads = threads;
      return this;
    }

    /**
     * Makes the connection. Does not block and sends nothing.
     *
     * @return the connection, to be closed after use
     */
    public Connection build() {
      return new Connection(this);
    }
  }
}
