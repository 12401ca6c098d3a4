package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is looked up when a deployment is planned or deployed, not when it is described, and
 * that no text of this library's shows. Given to {@link Image#env(String, Secret)} and to an {@link
 * AssetStore}. Immutable.
 */
public final class Secret {
  private final String origin;
  private final Supplier<@Nullable String> value;

  private Secret(String origin, Supplier<@Nullable String> value) {
    this.origin = origin;
    this.value = value;
  }

  /**
   * The value of an environment variable of this process.
   *
   * @param variable its name, such as {@code HF_TOKEN}
   * @return the secret; a deploy fails with {@link InvalidDeploymentException} while the variable
   *     is not set
   */
  public static Secret fromEnvironment(String variable) {
    return new Secret("environment variable " + variable, () -> System.getenv(variable));
  }

  /**
   * A value from elsewhere, such as a vault.
   *
   * @param origin what messages call it; not the value
   * @param value asked at every plan and deploy, on that thread; null when there is none. What it
   *     throws is the cause of an {@link InvalidDeploymentException}.
   * @return the secret
   */
  public static Secret from(String origin, Supplier<@Nullable String> value) {
    return new Secret(origin, value);
  }

  static Secret literal(String value) {
    return new Secret("a value", () -> value);
  }

  /** Looks up the values of variables by name; their order is that of the names. */
  public static Map<String, String> resolve(Map<String, Secret> variables) {
    Map<String, String> resolved = new LinkedHashMap<>();
    variables.forEach(
        (key, secret) -> resolved.put(key, secret.value("Image.env, variable " + key)));
    return resolved;
  }

  /** Looks the value up for a place, which messages name. */
  public String value(String place) {
    String found;
    try {
      found = value.get();
    } catch (RuntimeException e) {
      throw new InvalidDeploymentException(
          place, origin + " cannot be looked up", "See the cause", e);
    }
    if (found == null) {
      throw new InvalidDeploymentException(
          place, origin + " is not set", "Set it where the deploy runs", null);
    }
    if (found.indexOf('\0') >= 0) {
      throw new InvalidDeploymentException(
          place, origin + " holds a NUL character", "Remove it", null);
    }
    return found;
  }

  @Override
  public String toString() {
    return "Secret[" + origin + "]";
  }
}
