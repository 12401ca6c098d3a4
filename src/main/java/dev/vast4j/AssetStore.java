package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.assets.BucketSettings;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bucket that {@linkplain Image#asset assets} lie in: one of your own, at AWS or any other
 * service that speaks S3. Immutable: every method returns a changed copy. A setting that cannot
 * work is refused at once with {@link InvalidDeploymentException}.
 *
 * <p>Needs {@code software.amazon.awssdk:s3} and {@code
 * software.amazon.awssdk:url-connection-client} on the class path of the program that deploys, not
 * on workers.
 *
 * <p>What is not given comes from where AWS's own tools take it: region, endpoint ({@code
 * AWS_ENDPOINT_URL_S3}) and credentials from environment, profile or machine.
 */
public final class AssetStore {
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9._-]+/)*");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final String SCHEME = "s3://";

  private final String bucket;
  private final String prefix;
  private final @Nullable URI endpoint;
  private final @Nullable String region;
  private final @Nullable Boolean pathStyle;
  private final @Nullable Key credentials;
  private final @Nullable Key workerKey;

  private record Key(String id, Secret secret) {
    BucketSettings.KeyPair resolve(String method) {
      return new BucketSettings.KeyPair(id, secret.value("AssetStore." + method));
    }
  }

  private AssetStore(
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      @Nullable Boolean pathStyle,
      @Nullable Key credentials,
      @Nullable Key workerKey) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.endpoint = endpoint;
    this.region = region;
    this.pathStyle = pathStyle;
    this.credentials = credentials;
    this.workerKey = workerKey;
  }

  /**
   * A bucket, which must exist.
   *
   * @param bucket its name, or {@code s3://bucket/prefix}
   * @return the store, with everything else from the environment
   * @throws InvalidDeploymentException when it is neither
   */
  public static AssetStore s3(String bucket) {
    String text = bucket.startsWith(SCHEME) ? bucket.substring(SCHEME.length()) : bucket;
    int slash = bucket.startsWith(SCHEME) ? text.indexOf('/') : -1;
    String name = slash < 0 ? text : text.substring(0, slash);
    if (!BUCKET.matcher(name).matches()) {
      throw invalid("s3", "the bucket is '" + bucket + "'", "Give its name, or s3://bucket/prefix");
    }
    AssetStore store = new AssetStore(name, "", null, null, null, null, null);
    return slash < 0 ? store : store.prefix(text.substring(slash + 1));
  }

  /**
   * What the names of all objects begin with.
   *
   * @param prefix folders with slashes between, of letters, digits, {@code .}, {@code _} and {@code
   *     -}; empty by default
   * @return a changed copy
   */
  public AssetStore prefix(String prefix) {
    String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    if (!PREFIX.matcher(folder).matches()) {
      throw invalid(
          "prefix",
          "it is '" + prefix + "'",
          "Use letters, digits, '.', '_' and '-', with '/' between");
    }
    return new AssetStore(bucket, folder, endpoint, region, pathStyle, credentials, workerKey);
  }

  /**
   * Where the service is, for another one than AWS. Workers must reach it too.
   *
   * @param url http or https, without a query
   * @return a changed copy
   */
  public AssetStore endpoint(String url) {
    URI parsed;
    try {
      parsed = URI.create(url.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      // The text may hold a password, so neither it nor the parser's message is repeated.
      throw notAUrl();
    }
    String scheme = String.valueOf(parsed.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https"))
        || parsed.getHost() == null
        || parsed.getUserInfo() != null
        || parsed.getQuery() != null) {
      throw notAUrl();
    }
    return new AssetStore(bucket, prefix, parsed, region, pathStyle, credentials, workerKey);
  }

  /**
   * The bucket's region.
   *
   * @param region such as {@code eu-west-1}, or {@code auto} where the service says so; by default
   *     the environment's, and {@code us-east-1} where there is an {@link #endpoint}
   * @return a changed copy
   */
  public AssetStore region(String region) {
    if (!REGION.matcher(region).matches()) {
      throw invalid("region", "it is '" + region + "'", "Give one such as eu-west-1");
    }
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, workerKey);
  }

  /**
   * Whether the bucket's name is in the path of URLs instead of the host name.
   *
   * @param pathStyle by default true where there is an {@link #endpoint}, else false
   * @return a changed copy
   */
  public AssetStore pathStyle(boolean pathStyle) {
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, workerKey);
  }

  /**
   * What the deploy signs in with. It must be allowed to list the bucket and to put and get
   * objects; it does not reach the workers.
   *
   * @param accessKeyId the access key's id
   * @param secretAccessKey the key, looked up when the deployment is planned or deployed
   * @return a changed copy
   */
  public AssetStore credentials(String accessKeyId, Secret secretAccessKey) {
    Key key = key("credentials", accessKeyId, secretAccessKey);
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, key, workerKey);
  }

  /**
   * A key that workers sign their own downloads with, so that they can do so for as long as the key
   * is good. It travels in the bundle like an environment variable, to machines that are not yours:
   * give one that may get objects below the {@link #prefix} and nothing else. Another one is a
   * {@linkplain UpdateTier#HARD hard} update.
   *
   * <p>Without one, a deploy makes links that workers can use for at least six days: one that boots
   * later cannot start until somebody has deployed again. The first deploy of a day (UTC) then
   * renews them, which is a {@linkplain UpdateTier#SOFT soft} update.
   *
   * @param accessKeyId the access key's id
   * @param secretAccessKey the key, looked up when the deployment is planned or deployed
   * @return a changed copy
   */
  public AssetStore workerKey(String accessKeyId, Secret secretAccessKey) {
    Key key = key("workerKey", accessKeyId, secretAccessKey);
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, key);
  }

  /** Everything that is needed to reach the bucket, secrets looked up. */
  public BucketSettings settings() {
    return new BucketSettings(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        credentials == null ? null : credentials.resolve("credentials"),
        workerKey == null ? null : workerKey.resolve("workerKey"));
  }

  private static Key key(String method, String id, Secret secret) {
    if (id.isBlank()) {
      throw invalid(method, "the access key's id is blank", "Give it, or leave the call out");
    }
    return new Key(id, secret);
  }

  private static InvalidDeploymentException notAUrl() {
    return invalid("endpoint", "it is no http or https URL", "Give one such as https://s3.example");
  }

  private static InvalidDeploymentException invalid(String method, String found, String mend) {
    return new InvalidDeploymentException("AssetStore." + method, found, mend, null);
  }

  @Override
  public String toString() {
    return "AssetStore[" + SCHEME + bucket + "/" + prefix + "]";
  }
}
