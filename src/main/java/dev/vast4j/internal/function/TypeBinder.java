package dev.vast4j.internal.function;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the type variables of generic super-interfaces by what the remote interface says they
 * are, so that {@code interface Square extends Mapper<Integer>} is as good as one that spells it
 * out.
 */
final class TypeBinder {
  private final Map<TypeVariable<?>, Type> bindings = new HashMap<>();

  TypeBinder(Class<?> type) {
    collect(type);
  }

  private void collect(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType parameterized) {
        Class<?> raw = (Class<?>) parameterized.getRawType();
        TypeVariable<?>[] variables = raw.getTypeParameters();
        Type[] arguments = parameterized.getActualTypeArguments();
        for (int i = 0; i < variables.length; i++) {
          bindings.put(variables[i], bind(arguments[i]));
        }
        collect(raw);
      } else if (parent instanceof Class<?> raw) {
        collect(raw);
      }
    }
  }

  /** The type with every known variable replaced; unknown ones stay. */
  Type bind(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return bindings.getOrDefault(variable, variable);
    }
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      Type[] bound = new Type[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        bound[i] = bind(arguments[i]);
      }
      return Arrays.equals(arguments, bound)
          ? type
          : new Parameterized(
              (Class<?>) parameterized.getRawType(), parameterized.getOwnerType(), bound);
    }
    if (type instanceof GenericArrayType array) {
      Type component = bind(array.getGenericComponentType());
      if (component instanceof Class<?> raw) {
        return Array.newInstance(raw, 0).getClass();
      }
      return component.equals(array.getGenericComponentType()) ? type : new ArrayOf(component);
    }
    // A wildcard stands for its upper bound wherever values are encoded or decoded.
    if (type instanceof WildcardType wildcard) {
      return bind(wildcard.getUpperBounds()[0]);
    }
    return type;
  }

  private static final class Parameterized implements ParameterizedType {
    private final Class<?> raw;
    private final @Nullable Type owner;
    private final Type[] arguments;

    Parameterized(Class<?> raw, @Nullable Type owner, Type[] arguments) {
      this.raw = raw;
      this.owner = owner;
      this.arguments = arguments;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Objects.equals(owner, that.getOwnerType())
          && Arrays.equals(arguments, that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(arguments) ^ Objects.hashCode(owner) ^ raw.hashCode();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(raw.getTypeName()).append('<');
      for (int i = 0; i < arguments.length; i++) {
        text.append(i == 0 ? "" : ", ").append(arguments[i].getTypeName());
      }
      return text.append('>').toString();
    }
  }

  private record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }
}
