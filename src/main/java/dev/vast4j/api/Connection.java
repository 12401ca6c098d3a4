package dev.vast4j.api;

import dev.vast4j.internal.http.RootCertificate;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.http.UserCache;
import dev.vast4j.internal.http.WorkerTrust;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Vast: the web API, the serverless engine and, through them, the workers. Shared
 * by everything that talks to the same account. Thread-safe. Neither its text form nor any message
 * holds the API key.
 */
public final class Connection implements AutoCloseable {
  /** The largest file that the object store takes in one upload: 5 GiB. */
  public static final long MOST_UPLOADED = 5L << 30;

  private final URI webUrl;
  private final URI engineUrl;
  private final Path cacheFolder;
  private final Transport transport;
  private final WebApi web;
  private final EngineApi engine;
  private final BundleUpload bundleUpload;

  private Connection(Builder builder) {
    this.webUrl = builder.webUrl;
    this.engineUrl = builder.engineUrl;
    Timing timing = builder.timing == null ? Timing.system() : builder.timing;
    this.cacheFolder = builder.cacheFolder == null ? UserCache.folder() : builder.cacheFolder;
    RootCertificate root =
        new RootCertificate(
            this::certificate, cacheFolder.resolve(certificateFile(webUrl)), timing::now);
    this.transport =
        new Transport(
            timing, builder.platformThreads, builder.exchangeTimeout, new WorkerTrust(root));
    this.web = new WebApi(new RestClient(transport, webUrl, builder.apiKey));
    this.engine = new EngineApi(new RestClient(transport, engineUrl, builder.apiKey));
    this.bundleUpload = new BundleUpload(transport);
  }

  private String certificate() {
    return web.certificate();
  }

  /** Each web API has a CA of its own. */
  private static String certificateFile(URI webUrl) {
    String host = webUrl.getHost() + (webUrl.getPort() < 0 ? "" : "-" + webUrl.getPort());
    return "ca-" + host.replaceAll("[^A-Za-z0-9.-]", "_") + ".pem";
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
   * Where digests and certificates are kept.
   *
   * @return the folder, which need not exist
   */
  public Path cacheFolder() {
    return cacheFolder;
  }

  /** {@return the web API} */
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
   * @param file the tarball, read as it is sent; at most {@link #MOST_UPLOADED} bytes
   * @param progress told how far it is
   * @throws dev.vast4j.errors.UploadException when the store refuses; with status 403 the form has
   *     expired, and registering the deployment again gives a fresh one
   * @throws dev.vast4j.errors.BundleException when the file cannot be read or is too large
   * @throws dev.vast4j.errors.ServiceUnreachableException when the store cannot be reached
   */
  public void upload(PutResponse target, Path file, UploadProgress progress) {
    bundleUpload.run(target, file, progress);
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
    @Nullable Timing timing;
    int platformThreads = 24;
    Duration exchangeTimeout = Duration.ofSeconds(30);

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
      this.webUrl = checked(url);
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
      this.engineUrl = checked(url);
      return this;
    }

    /**
     * Sets the folder for digests and the CA certificate; {@code vast4j} in the user's cache folder
     * by default.
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
     * Sets how long one exchange with the web API or the engine may take before it counts as
     * failed, and is repeated where that is safe; 30 s by default. Routes, calls and uploads have
     * bounds of their own.
     *
     * @param timeout above 0
     * @return this
     * @throws IllegalArgumentException when 0 or less
     */
    public Builder exchangeTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("exchangeTimeout is " + timeout + ", above 0");
      }
      this.exchangeTimeout = timeout;
      return this;
    }

    /**
     * For tests of this library: sets clock, timer and chance.
     *
     * @param timing closed with the connection
     * @return this
     */
    public Builder timing(Timing timing) {
      this.timing = timing;
      return this;
    }

    private static URI checked(URI url) {
      String scheme = url.getScheme();
      if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
          || url.getHost() == null
          || url.getRawUserInfo() != null
          || url.getRawQuery() != null
          || url.getRawFragment() != null) {
        // Not shown: what is wrong with it may be a secret in the wrong place.
        throw new IllegalArgumentException(
            "not an http or https URL with a host and without user, query and fragment");
      }
      String text = url.toString();
      while (text.endsWith("/")) {
        text = text.substring(0, text.length() - 1);
      }
      return URI.create(text);
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
