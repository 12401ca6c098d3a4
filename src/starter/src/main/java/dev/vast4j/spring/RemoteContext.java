package dev.vast4j.spring;

import dev.vast4j.Context;
import dev.vast4j.ContextArguments;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A context of the application's deployment with its arguments, as a bean. Contexts that take no
 * arguments, or take them from {@code vast4j.contexts.*}, need none.
 *
 * <pre>{@code
 * @Bean
 * RemoteContext model() {
 *   return RemoteContext.of(ModelContext.class, "all-MiniLM-L6-v2", 6);
 * }
 * }</pre>
 *
 * @param type the context's class
 * @param arguments arguments of its constructor
 */
public record RemoteContext(Class<? extends Context<?>> type, ContextArguments arguments) {
  /**
   * Checks for null.
   *
   * @param type the context's class
   * @param arguments arguments of its constructor
   */
  public RemoteContext {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(arguments, "arguments");
  }

  /**
   * Creates a context with arguments in order.
   *
   * @param type the context's class
   * @param arguments arguments of its constructor
   * @return the context
   */
  public static RemoteContext of(Class<? extends Context<?>> type, @Nullable Object... arguments) {
    return new RemoteContext(type, ContextArguments.of(arguments));
  }
}
