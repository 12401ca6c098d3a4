package dev.vast4j;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its type arguments, for answers such as lists. Create an anonymous subclass:
 *
 * <pre>{@code
 * List<Model> models = endpoint.request("/models", Map.of(), new TypeRef<List<Model>>() {});
 * }</pre>
 *
 * Immutable.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {
  private final Type type;

  /** Reads the type argument of the subclass. */
  protected TypeRef() {
    Type parent = getClass().getGenericSuperclass();
    if (!(parent instanceof ParameterizedType parameterized)) {
      throw new IllegalStateException("give a type argument: new TypeRef<List<String>>() {}");
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  private TypeRef(Type type) {
    this.type = type;
  }

  /**
   * Returns a reference to a class.
   *
   * @param <T> the type
   * @param type the class
   * @return the reference
   */
  public static <T> TypeRef<T> of(Class<T> type) {
    return new TypeRef<>(type) {};
  }

  /** {@return the type} */
  public final Type type() {
    return type;
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
