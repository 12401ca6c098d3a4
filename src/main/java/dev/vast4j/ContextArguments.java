package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a context's constructor: some by position, the rest by name, in any order.
 *
 * <pre>{@code
 * Deployment.builder("search")
 *     .context(ModelContext.class, ContextArguments.of("all-MiniLM-L6-v2").with("layers", 6))
 * }</pre>
 *
 * <p>A parameter's name comes from {@link Param}, or from the class file when it was compiled with
 * {@code -parameters}. {@link Deployment.Builder#build()} checks that every parameter gets one
 * argument. Immutable; the values themselves are read at {@code build()}.
 */
public final class ContextArguments {
  private final List<@Nullable Object> positional;
  private final Map<String, @Nullable Object> named;

  private ContextArguments(List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    this.positional = positional;
    this.named = named;
  }

  /**
   * Starts with arguments by position.
   *
   * @param positional arguments of the first parameters, in order; may be none
   * @return the arguments
   */
  public static ContextArguments of(@Nullable Object... positional) {
    return new ContextArguments(
        Collections.unmodifiableList(new ArrayList<>(Arrays.asList(positional))), Map.of());
  }

  /**
   * Adds an argument by name.
   *
   * @param name the parameter's name
   * @param value its value; travels as JSON
   * @return a changed copy
   * @throws InvalidDeploymentException when the name is blank or was given before
   */
  public ContextArguments with(String name, @Nullable Object value) {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new InvalidDeploymentException(
          "ContextArguments.with", "the name is blank", "Give the parameter's name", null);
    }
    if (named.containsKey(name)) {
      throw new InvalidDeploymentException(
          "ContextArguments.with", "'" + name + "' is given twice", "Give it once", null);
    }
    Map<String, @Nullable Object> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new ContextArguments(positional, Collections.unmodifiableMap(more));
  }

  /** {@return the arguments by position, in order} */
  public List<@Nullable Object> positional() {
    return positional;
  }

  /** {@return the arguments by name, in the order given} */
  public Map<String, @Nullable Object> named() {
    return named;
  }

  /** Names the arguments without their values. */
  @Override
  public String toString() {
    return "ContextArguments["
        + positional.size()
        + " by position, by name "
        + named.keySet()
        + "]";
  }
}
