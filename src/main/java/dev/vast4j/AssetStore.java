package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Your own bucket for {@linkplain Image#asset assets}, at AWS or any other service that speaks S3.
 * Immutable: every method that sets something returns a changed copy, and throws {@link
 * InvalidDeploymentException} for a value that cannot work.
 *
 * <p>The program that deploys needs {@code software.amazon.awssdk:s3} and {@code
 * software.amazon.awssdk:url-connection-client} on its class path; workers do not.
 *
 * <p>Defaults are those of AWS's own tools: region, endpoint ({@code AWS_ENDPOINT_URL_S3}) and
 * credentials come from environment, profile or machine.
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
  private final @Nullable AccessKey credentials;
  private final @Nullable AccessKey workerKey;

  /**
   * An access key.
   *
   * @param id its id
   * @param secret the key itself
   */
  public record AccessKey(String id, Secret secret) {}

  private AssetStore(
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      @Nullable Boolean pathStyle,
      @Nullable AccessKey credentials,
      @Nullable AccessKey workerKey) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.endpoint = endpoint;
    this.region = region;
    this.pathStyle = pathStyle;
    this.credentials = credentials;
    this.workerKey = workerKey;
  }

  /**
   * Creates a store in an existing bucket.
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
   * Sets the prefix of all objects' names.
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
   * Sets the service's URL, if it is not AWS. Workers must reach it too.
   *
   * @param url http or https, without a query
   * @return a changed copy
   */
  public AssetStore endpoint(String url) {
    URI parsed;
    try {
      parsed = URI.create(url.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      // The text may hold a password, so the message repeats neither it nor the parser's.
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
   * Sets the bucket's region.
   *
   * @param region such as {@code eu-west-1}, or {@code auto} if the service says so; by default the
   *     environment's, or {@code us-east-1} with an {@link #endpoint(String)}
   * @return a changed copy
   */
  public AssetStore region(String region) {
    if (!REGION.matcher(region).matches()) {
      throw invalid("region", "it is '" + region + "'", "Give one such as eu-west-1");
    }
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, workerKey);
  }

  /**
   * Sets whether the bucket's name is in the path of URLs instead of the host name.
   *
   * @param pathStyle by default true with an {@link #endpoint(String)}, else false
   * @return a changed copy
   */
  public AssetStore pathStyle(boolean pathStyle) {
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, workerKey);
  }

  /**
   * Sets the key that the deploy signs in with. It must be allowed to list the bucket and to put
   * and get objects. Workers do not get it.
   *
   * @param accessKeyId the access key's id
   * @param secretAccessKey the key, looked up when the deployment is planned or deployed
   * @return a changed copy
   */
  public AssetStore credentials(String accessKeyId, Secret secretAccessKey) {
    AccessKey key = key("credentials", accessKeyId, secretAccessKey);
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, key, workerKey);
  }

  /**
   * Sets the key that workers sign their own downloads with, for as long as the key is valid. It
   * travels in the bundle like an environment variable, to machines that are not yours: give one
   * that may get objects below the {@link #prefix()} and nothing else. Changing it is a {@linkplain
   * UpdateTier#HARD hard} update.
   *
   * <p>Without one, a deploy makes links that are valid for at least six days; a worker that boots
   * later cannot start until you deploy again. The first deploy of a day (UTC) renews them, which
   * is a {@linkplain UpdateTier#SOFT soft} update.
   *
   * @param accessKeyId the access key's id
   * @param secretAccessKey the key, looked up when the deployment is planned or deployed
   * @return a changed copy
   */
  public AssetStore workerKey(String accessKeyId, Secret secretAccessKey) {
    AccessKey key = key("workerKey", accessKeyId, secretAccessKey);
    return new AssetStore(bucket, prefix, endpoint, region, pathStyle, credentials, key);
  }

  /** {@return the bucket's name} */
  public String bucket() {
    return bucket;
  }

  /** {@return the prefix of all objects' names; empty, or with a slash at its end} */
  public String prefix() {
    return prefix;
  }

  /** {@return the service's URL, or null for the environment's or AWS} */
  public @Nullable URI endpoint() {
    return endpoint;
  }

  /** {@return the bucket's region, or null for the default} */
  public @Nullable String region() {
    return region;
  }

  /** {@return whether the bucket's name is in the path of URLs, or null for the default} */
  public @Nullable Boolean pathStyle() {
    return pathStyle;
  }

  /** {@return the key that the deploy signs in with, or null for the environment's} */
  public @Nullable AccessKey credentials() {
    return credentials;
  }

  /** {@return the key that workers sign downloads with, or null for links signed by the deploy} */
  public @Nullable AccessKey workerKey() {
    return workerKey;
  }

  private static AccessKey key(String method, String id, Secret secret) {
    if (id.isBlank()) {
      throw invalid(method, "the access key's id is blank", "Give it, or leave the call out");
    }
    return new AccessKey(id, secret);
  }

  private static InvalidDeploymentException notAUrl() {
    return invalid(
        "endpoint", "it is not an http or https URL", "Give one such as https://s3.example");
  }

  private static InvalidDeploymentException invalid(String method, String problem, String fix) {
    return new InvalidDeploymentException("AssetStore." + method, problem, fix, null);
  }

  @Override
  public String toString() {
    return "AssetStore[" + SCHEME + bucket + "/" + prefix + "]";
  }
}
