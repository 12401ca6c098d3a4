package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is looked up when a deployment is planned or deployed, not when it is described. No
 * message or log shows it. For {@link Image#env(String, Secret)} and {@link AssetStore}. Immutable.
 */
public final class Secret {
  private final String origin;
  private final Supplier<@Nullable String> value;

  private Secret(String origin, Supplier<@Nullable String> value) {
    this.origin = origin;
    this.value = value;
  }

  /**
   * Creates a secret from an environment variable of this process.
   *
   * @param variable its name, such as {@code HF_TOKEN}
   * @return the secret; a deploy fails with {@link InvalidDeploymentException} while the variable
   *     is not set
   */
  public static Secret fromEnvironment(String variable) {
    return new Secret("environment variable " + variable, () -> System.getenv(variable));
  }

  /**
   * Creates a secret from elsewhere, such as a vault.
   *
   * @param origin what messages call it; not the value
   * @param value called at every plan and deploy, on that thread; returns null if there is none. An
   *     exception becomes the cause of an {@link InvalidDeploymentException}.
   * @return the secret
   */
  public static Secret from(String origin, Supplier<@Nullable String> value) {
    return new Secret(origin, value);
  }

  static Secret literal(String value) {
    return new Secret("literal", () -> value);
  }

  /**
   * Looks up the value.
   *
   * @param location where the secret was given, for messages
   * @return the value
   * @throws InvalidDeploymentException when there is none, or the lookup fails
   */
  public String value(String location) {
    String found;
    try {
      found = value.get();
    } catch (RuntimeException e) {
      throw new InvalidDeploymentException(
          location, origin + " cannot be looked up", "See the cause", e);
    }
    if (found == null) {
      throw new InvalidDeploymentException(
          location, origin + " is not set", "Set it where the deploy runs", null);
    }
    if (found.indexOf('\0') >= 0) {
      throw new InvalidDeploymentException(
          location, origin + " holds a NUL character", "Remove it", null);
    }
    return found;
  }

  @Override
  public String toString() {
    return "Secret[" + origin + "]";
  }
}
