package dev.vast4j.api;

import dev.vast4j.Autoscaling;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A deployment to register. The request omits null values. Immutable; use {@link #builder}.
 *
 * @param name the deployment's name
 * @param image the Docker image
 * @param fileHash content hash of the bundle, SHA-256 in hexadecimal
 * @param fileSize size of the tarball, in bytes
 * @param env docker-style flags, separated by spaces
 * @param tag which variant of the deployment
 * @param searchParams the search query for machines
 * @param storage disk space per worker, in GB
 * @param ttl life after the last heartbeat
 * @param versionLabel the label of this version
 * @param dockerLogin access to a private registry
 * @param scaling how the endpoint scales
 * @param autoscalerInstance which instance of the serverless engine scales the endpoint
 */
public record DeploymentConfig(
    String name,
    String image,
    String fileHash,
    long fileSize,
    @Nullable String env,
    @Nullable String tag,
    @Nullable String searchParams,
    @Nullable Double storage,
    @Nullable Duration ttl,
    @Nullable String versionLabel,
    @Nullable DockerLogin dockerLogin,
    Autoscaling scaling,
    @Nullable String autoscalerInstance) {

  /**
   * Checks for null.
   *
   * @param name the deployment's name
   * @param image the Docker image
   * @param fileHash content hash of the bundle, SHA-256 in hexadecimal
   * @param fileSize size of the tarball, in bytes
   * @param env docker-style flags, separated by spaces
   * @param tag which variant of the deployment
   * @param searchParams the search query for machines
   * @param storage disk space per worker, in GB
   * @param ttl life after the last heartbeat
   * @param versionLabel the label of this version
   * @param dockerLogin access to a private registry
   * @param scaling how the endpoint scales
   * @param autoscalerInstance which instance of the serverless engine scales the endpoint
   */
  public DeploymentConfig {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(fileHash, "fileHash");
    Objects.requireNonNull(scaling, "scaling");
  }

  /**
   * Starts building a configuration.
   *
   * @param name the deployment's name
   * @param image the Docker image
   * @param fileHash content hash of the bundle, SHA-256 in hexadecimal
   * @param fileSize size of the tarball, in bytes
   * @return a builder with all other values null
   */
  public static Builder builder(String name, String image, String fileHash, long fileSize) {
    return new Builder(name, image, fileHash, fileSize);
  }

  /** Builds a {@link DeploymentConfig}. Not thread-safe. Null unsets a value. */
  public static final class Builder {
    private final String name;
    private final String image;
    private final String fileHash;
    private final long fileSize;
    private @Nullable String env;
    private @Nullable String tag;
    private @Nullable String searchParams;
    private @Nullable Double storage;
    private @Nullable Duration ttl;
    private @Nullable String versionLabel;
    private @Nullable DockerLogin dockerLogin;
    private Autoscaling scaling = Autoscaling.defaults();
    private @Nullable String autoscalerInstance;

    private Builder(String name, String image, String fileHash, long fileSize) {
      this.name = name;
      this.image = image;
      this.fileHash = fileHash;
      this.fileSize = fileSize;
    }

    /**
     * Sets the container's flags.
     *
     * @param env docker-style flags, separated by spaces
     * @return this
     */
    public Builder env(@Nullable String env) {
      this.env = env;
      return this;
    }

    /**
     * Sets the tag.
     *
     * @param tag which variant of the deployment
     * @return this
     */
    public Builder tag(@Nullable String tag) {
      this.tag = tag;
      return this;
    }

    /**
     * Sets the search query.
     *
     * @param searchParams the query for machines
     * @return this
     */
    public Builder searchParams(@Nullable String searchParams) {
      this.searchParams = searchParams;
      return this;
    }

    /**
     * Sets the disk space.
     *
     * @param storage GB per worker
     * @return this
     */
    public Builder storage(@Nullable Double storage) {
      this.storage = storage;
      return this;
    }

    /**
     * Sets the time to live.
     *
     * @param ttl life after the last heartbeat
     * @return this
     */
    public Builder ttl(@Nullable Duration ttl) {
      this.ttl = ttl;
      return this;
    }

    /**
     * Sets the version's label.
     *
     * @param versionLabel the label of this version
     * @return this
     */
    public Builder versionLabel(@Nullable String versionLabel) {
      this.versionLabel = versionLabel;
      return this;
    }

    /**
     * Sets the access to a private registry.
     *
     * @param dockerLogin user, password and registry
     * @return this
     */
    public Builder dockerLogin(@Nullable DockerLogin dockerLogin) {
      this.dockerLogin = dockerLogin;
      return this;
    }

    /**
     * Sets the scaling.
     *
     * @param scaling the values; the service chooses null ones
     * @return this
     */
    public Builder scaling(Autoscaling scaling) {
      this.scaling = scaling;
      return this;
    }

    /**
     * Sets the engine's instance.
     *
     * @param autoscalerInstance such as {@code prod}
     * @return this
     */
    public Builder autoscalerInstance(@Nullable String autoscalerInstance) {
      this.autoscalerInstance = autoscalerInstance;
      return this;
    }

    /** {@return the configuration} */
    public DeploymentConfig build() {
      return new DeploymentConfig(
          name,
          image,
          fileHash,
          fileSize,
          env,
          tag,
          searchParams,
          storage,
          ttl,
          versionLabel,
          dockerLogin,
          scaling,
          autoscalerInstance);
    }
  }
}
