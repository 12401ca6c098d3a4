package dev.vast4j.internal.assets;

import dev.vast4j.AssetStore;
import dev.vast4j.errors.AssetStoreException;
import dev.vast4j.internal.bundle.AssetEntry;
import dev.vast4j.internal.bundle.AssetFile;
import dev.vast4j.launcher.SigV4;
import dev.vast4j.launcher.UserAgent;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The bucket for assets. Each is stored under its SHA-256, so that no deployment sends a content
 * again. Every method but {@link #close} blocks. For one thread.
 */
public final class AssetBucket implements AutoCloseable {
  /** The maximum of signature version 4. */
  private static final Duration LINK_LIFETIME = Duration.ofDays(7);

  private static final int LOOKS_AT_ONCE = 8;
  private static final int ATTEMPTS = 5;
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofMinutes(1);
  private static final Duration TRY = Duration.ofMinutes(10);
  private static final Duration CALL = Duration.ofMinutes(30);

  private final AssetStore store;
  private final Clock clock;
  private final AwsCredentialsProvider credentials;
  private final S3Client client;

  private AssetBucket(AssetStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    AssetStore.AccessKey key = store.credentials();
    this.credentials =
        key == null
            ? DefaultCredentialsProvider.builder().build()
            : StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.id(), key.secret().value("AssetStore.credentials")));
    this.client = client(store, credentials);
  }

  /**
   * Connects to a bucket. Sends nothing.
   *
   * @param store the bucket
   * @param clock determines when links begin
   * @return the connection, to be closed
   * @throws AssetStoreException when there is no region
   */
  public static AssetBucket open(AssetStore store, Clock clock) {
    return attempt(store, "connecting", () -> new AssetBucket(store, clock));
  }

  private static S3Client client(AssetStore store, AwsCredentialsProvider credentials) {
    URI endpoint = store.endpoint();
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE))
            .overrideConfiguration(
                o ->
                    o.putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_PREFIX, UserAgent.name())
                        .apiCallAttemptTimeout(TRY)
                        .apiCallTimeout(CALL)
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()))
            // Content-MD5 is the only checksum that every store supports.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(c -> c.chunkedEncodingEnabled(false));
    String region = store.region();
    if (region != null) {
      builder.region(Region.of(region));
    } else if (endpoint != null) {
      builder.region(Region.US_EAST_1);
    }
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    Boolean pathStyle = store.pathStyle();
    builder.forcePathStyle(pathStyle != null ? pathStyle : endpoint != null);
    return builder.build();
  }

  /**
   * Finds the assets that are not in the bucket with their size and digest.
   *
   * @param assets the assets
   * @return those that are missing, one for each content
   * @throws AssetStoreException when the bucket cannot be used
   */
  public List<AssetFile> missing(List<AssetFile> assets) {
    // Unlike HEAD of an object, this reports what is wrong with bucket or credentials.
    attempt(
        store,
        "looking into it",
        () ->
            client.listObjectsV2(r -> r.bucket(store.bucket()).prefix(store.prefix()).maxKeys(1)));
    Map<String, AssetFile> byContent = new LinkedHashMap<>();
    assets.forEach(asset -> byContent.putIfAbsent(asset.sha256(), asset));
    List<AssetFile> all = List.copyOf(byContent.values());
    if (all.isEmpty()) {
      return all;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(LOOKS_AT_ONCE, all.size()),
            task -> {
              Thread thread = new Thread(task, "vast4j-asset-look");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Boolean>> looks = new ArrayList<>();
      for (AssetFile asset : all) {
        looks.add(threads.submit(() -> holds(asset)));
      }
      List<AssetFile> missing = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        Future<Boolean> look = looks.get(i);
        if (!attempt(store, "looking for " + all.get(i).destination(), () -> get(look))) {
          missing.add(all.get(i));
        }
      }
      return missing;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean holds(AssetFile asset) {
    try {
      HeadObjectResponse there = client.headObject(r -> r.bucket(store.bucket()).key(key(asset)));
      return there.contentLength() == asset.size()
          && asset.sha256().equals(there.metadata().get(Transfer.SHA256));
    } catch (NoSuchKeyException e) {
      return false;
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Uploads assets, large ones in parts. On failure, unfinished ones leave nothing behind.
   *
   * @param assets the result of {@link #missing}
   * @param progress receives every step
   * @throws AssetStoreException when the bucket refuses one or does not answer
   * @throws dev.vast4j.errors.BundleException when a file changes meanwhile
   */
  public void upload(List<AssetFile> assets, AssetProgress progress) {
    List<Transfer> transfers = new ArrayList<>();
    for (AssetFile asset : assets) {
      transfers.add(new Transfer(client, store.bucket(), key(asset), asset));
    }
    attempt(
        store,
        "uploading to it",
        () -> {
          new Uploads(transfers, progress).run();
          return true;
        });
  }

  /**
   * Lists where workers download the assets. With a worker key, workers sign the URLs; else the
   * links are signed for the seven days from the beginning of today (UTC), so that all deploys of a
   * day make the same links and the bundle stays the same.
   *
   * @param assets the assets
   * @return an entry for each
   * @throws AssetStoreException when there are no credentials, or temporary ones, which would end
   *     the links when they end
   */
  public List<AssetEntry> stored(List<AssetFile> assets) {
    return attempt(store, "signing links", () -> signed(assets));
  }

  private List<AssetEntry> signed(List<AssetFile> assets) throws URISyntaxException {
    String region = client.serviceClientConfiguration().region().id();
    SigV4 signer = store.workerKey() == null ? signer(region) : null;
    Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
    List<AssetEntry> stored = new ArrayList<>();
    for (AssetFile asset : assets) {
      URI object = client.utilities().getUrl(r -> r.bucket(store.bucket()).key(key(asset))).toURI();
      stored.add(
          new AssetEntry(
              asset.destination(),
              asset.sha256(),
              asset.size(),
              signer == null
                  ? object.toString()
                  : signer.presign("GET", object, Map.of(), today, LINK_LIFETIME),
              signer == null ? region : ""));
    }
    return stored;
  }

  private SigV4 signer(String region) {
    AwsCredentials key = credentials.resolveCredentials();
    if (key instanceof AwsSessionCredentials) {
      throw new AssetStoreException(
          store.bucket(),
          "signing links",
          0,
          null,
          "the credentials found are temporary, and links signed with them end when they do. Give"
              + " the workers a key of their own (AssetStore.workerKey), or deploy with a"
              + " long-lived one",
          null);
    }
    return new SigV4(region, key.accessKeyId(), key.secretAccessKey());
  }

  private String key(AssetFile asset) {
    return store.prefix() + asset.sha256();
  }

  @Override
  public void close() {
    client.close();
    if (credentials instanceof AutoCloseable chain) {
      try {
        chain.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static <T> T attempt(AssetStore store, String operation, Callable<T> call) {
    try {
      return call.call();
    } catch (S3Exception e) {
      throw failure(
          store,
          operation,
          e.statusCode(),
          e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode(),
          e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage(),
          e);
    } catch (SdkException | IOException | URISyntaxException e) {
      throw failure(store, operation, 0, null, e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(store, operation, 0, null, "interrupted", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static AssetStoreException failure(
      AssetStore store,
      String operation,
      int status,
      @Nullable String code,
      @Nullable String detail,
      Exception cause) {
    return new AssetStoreException(
        store.bucket(),
        operation,
        status,
        code,
        detail == null || detail.isBlank() ? "no reason was given" : detail,
        cause);
  }
}
