package dev.vast4j.api;

import dev.vast4j.internal.http.FirstContact;
import dev.vast4j.internal.http.Network;
import dev.vast4j.internal.http.RootCertificate;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.http.UserCache;
import dev.vast4j.internal.http.WorkerTrust;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Vast: the web API, the serverless engine and, through them, the workers. Share
 * one for each account. Thread-safe. No message nor {@code toString} contains the API key.
 */
public final class Connection implements AutoCloseable {
  /** The largest upload that the object store accepts: 5 GiB. */
  public static final long MOST_UPLOADED = BundleUpload.MOST_BYTES;

  private final Supplier<String> apiKey;
  private final URI webUrl;
  private final URI engineUrl;
  private final Path cacheFolder;
  private final Transport transport;
  private final FirstContact engineContact;
  private final WebApi web;
  private final EngineApi engine;
  private final BundleUpload bundleUpload;
  private final MachineLogs machineLogs;

  private Connection(Builder builder) {
    this.apiKey = builder.apiKey;
    this.webUrl = builder.webUrl;
    this.engineUrl = builder.engineUrl;
    Timing timing = builder.timing == null ? Timing.system() : builder.timing;
    this.cacheFolder = builder.cacheFolder == null ? UserCache.folder() : builder.cacheFolder;
    RootCertificate root =
        new RootCertificate(
            this::certificate, cacheFolder.resolve(certificateFile(webUrl)), timing::now);
    this.transport =
        new Transport(
            timing,
            builder.platformThreads,
            builder.exchangeTimeout,
            new WorkerTrust(root, builder.network.trusted()),
            builder.network);
    FirstContact contact = new FirstContact(webUrl);
    this.engineContact = engineUrl.equals(webUrl) ? contact : new FirstContact(engineUrl);
    RestClient webClient = new RestClient(transport, webUrl, contact, builder.apiKey);
    this.web = new WebApi(webClient);
    this.machineLogs = new MachineLogs(webClient, transport);
    this.engine =
        new EngineApi(new RestClient(transport, engineUrl, engineContact, builder.apiKey));
    this.bundleUpload = new BundleUpload(transport);
  }

  /** {@return the account's key, as of now; keep it secret} */
  public String apiKey() {
    return apiKey.get();
  }

  private String certificate() {
    return web.certificate();
  }

  /** Each web API has its own CA. */
  private static String certificateFile(URI webUrl) {
    String host = webUrl.getHost() + (webUrl.getPort() < 0 ? "" : "-" + webUrl.getPort());
    return "ca-" + host.replaceAll("[^A-Za-z0-9.-]", "_") + ".pem";
  }

  /**
   * Starts building a connection.
   *
   * @param apiKey returns the account's key; every request asks for it, so it may change
   * @return a builder with defaults
   */
  public static Builder builder(Supplier<String> apiKey) {
    return new Builder(apiKey);
  }

  /** {@return the folder for digests and certificates; it may not exist} */
  public Path cacheFolder() {
    return cacheFolder;
  }

  /** {@return the web API} */
  public WebApi web() {
    return web;
  }

  /** {@return the serverless engine} */
  public EngineApi engine() {
    return engine;
  }

  /** {@return the output of workers' machines} */
  public MachineLogs machineLogs() {
    return machineLogs;
  }

  /**
   * Uploads a bundle to the object store. Blocks. Retries network errors and 5xx with back-off;
   * each retry sends the whole file.
   *
   * @param target the answer that asked for the upload
   * @param file the tarball, at most {@link #MOST_UPLOADED} bytes
   * @param progress told about progress
   * @throws dev.vast4j.errors.UploadException when the store refuses; after a 403 (the form has
   *     expired) register the deployment again for a new form
   * @throws dev.vast4j.errors.BundleException when the file cannot be read or is too large
   * @throws dev.vast4j.errors.ServiceUnreachableException when the store cannot be reached
   */
  public void upload(PutResponse target, Path file, UploadProgress progress) {
    bundleUpload.run(target, file, progress);
  }

  /** {@return the URL of the web API, without a slash at the end} */
  public URI webUrl() {
    return webUrl;
  }

  /** {@return the URL of the serverless engine, without a slash at the end} */
  public URI engineUrl() {
    return engineUrl;
  }

  /** {@return the HTTP clients and threads; for this library only} */
  public Transport transport() {
    return transport;
  }

  /** {@return whether the engine has ever answered; for this library only} */
  public FirstContact engineContact() {
    return engineContact;
  }

  /**
   * Makes a key from the account's, to encrypt what this machine keeps for the account; for this
   * library only.
   *
   * @param salt a random number for each key
   * @return 32 bytes, the same for the same API key and salt
   */
  public byte[] derivedKey(byte[] salt) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(apiKey.get().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update("vast4j kept versions 1".getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(salt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Cancels exchanges in flight and ends every thread. Idempotent. */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "Connection[web=" + webUrl + ", engine=" + engineUrl + "]";
  }

  /** Builds a {@link Connection}. Not thread-safe. */
  public static final class Builder {
    final Supplier<String> apiKey;
    URI webUrl = URI.create("https://console.vast.ai");
    URI engineUrl = URI.create("https://run.vast.ai");
    @Nullable Path cacheFolder;
    @Nullable Timing timing;
    Network network = Network.ofProcess();
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
     * @throws IllegalArgumentException when it is another URL
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
     * @throws IllegalArgumentException when it is another URL
     */
    public Builder engineUrl(URI url) {
      this.engineUrl = checked(url);
      return this;
    }

    /**
     * Sets the folder for digests and the CA certificate; {@code vast4j} in the user's cache folder
     * by default.
     *
     * @param folder the folder; created on demand
     * @return this
     */
    public Builder cacheFolder(Path folder) {
      this.cacheFolder = folder;
      return this;
    }

    /**
     * Sets the number of HTTP threads, and thus of concurrent exchanges, before JDK 21; 24 by
     * default. Ignored on JDK 21+, which has virtual threads.
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
     * Sets the time-out of an exchange with the web API or the engine, which is then retried if
     * that is safe; 30 s by default. Routes, calls and uploads have their own time-outs.
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
     * Sets proxy, trusted certificates and time-outs; for this library only.
     *
     * @param network by default what environment and JVM say
     * @return this
     */
    public Builder network(Network network) {
      this.network = network;
      return this;
    }

    /**
     * Sets clock, timer and randomness; for tests of this library.
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
        // Not shown: the wrong part may be a secret.
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
     * Builds the connection. Does not block and sends nothing.
     *
     * @return the connection; close it after use
     */
    public Connection build() {
      return new Connection(this);
    }
  }
}
