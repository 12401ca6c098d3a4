package dev.vast4j.internal.function;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the type variables of generic super-types with the types that the remote interface binds
 * them to, as in {@code interface Square extends Mapper<Integer>}.
 */
final class TypeBinder {
  private final Map<TypeVariable<?>, Type> bindings = new HashMap<>();

  TypeBinder(Class<?> type) {
    collect(type);
  }

  private void collect(Class<?> type) {
    List<Type> parents = new ArrayList<>(List.of(type.getGenericInterfaces()));
    if (type.getGenericSuperclass() != null) {
      parents.add(type.getGenericSuperclass());
    }
    for (Type parent : parents) {
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

  /** {@return the type with every known variable replaced} */
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
              (Class<?>) parameterized.getRawType(), parameterized.getOwnerType(), List.of(bound));
    }
    if (type instanceof GenericArrayType array) {
      Type component = bind(array.getGenericComponentType());
      if (component instanceof Class<?> raw) {
        return Array.newInstance(raw, 0).getClass();
      }
      return component.equals(array.getGenericComponentType()) ? type : new ArrayOf(component);
    }
    // Values are encoded and decoded as a wildcard's upper bound.
    if (type instanceof WildcardType wildcard) {
      return bind(wildcard.getUpperBounds()[0]);
    }
    return type;
  }

  private record Parameterized(Class<?> raw, @Nullable Type owner, List<Type> arguments)
      implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(new Type[0]);
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
    public String toString() {
      return arguments.stream()
          .map(Type::getTypeName)
          .collect(Collectors.joining(", ", raw.getTypeName() + "<", ">"));
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
