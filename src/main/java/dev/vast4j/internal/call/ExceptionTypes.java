package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.RemoteError;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exception types that a function's failure is rebuilt as: those its method declares and those
 * that were registered. A class that only an answer names is never loaded. Immutable.
 */
public final class ExceptionTypes {
  /** Nothing registered. */
  public static final ExceptionTypes NONE = new ExceptionTypes(Map.of());

  /** Parameters of usable constructors, best first. */
  private static final Class<?>[][] CONSTRUCTORS = {
    {String.class}, {String.class, Throwable.class}, {}
  };

  private final Map<String, Class<? extends Throwable>> registered;

  private ExceptionTypes(Map<String, Class<? extends Throwable>> registered) {
    this.registered = registered;
  }

  /** Registers types, in addition to declared ones. */
  public static ExceptionTypes of(Collection<? extends Class<? extends Throwable>> types) {
    Map<String, Class<? extends Throwable>> byName = new HashMap<>();
    types.forEach(type -> byName.put(RemoteError.nameOf(type), type));
    return new ExceptionTypes(Map.copyOf(byName));
  }

  /**
   * Whether the type can be instantiated: it is public, not abstract, and has a public constructor
   * that takes a message, a message and a cause, or nothing.
   */
  public static boolean canBeMade(Class<? extends Throwable> type) {
    return Modifier.isPublic(type.getModifiers())
        && !Modifier.isAbstract(type.getModifiers())
        && constructor(type) != null;
  }

  /**
   * Creates an exception.
   *
   * @param name its class's name, as the worker reported it
   * @param method the function's method, or null
   * @return null when the type is neither declared nor registered, or cannot be instantiated
   */
  @Nullable Throwable make(String name, @Nullable Method method, @Nullable String message) {
    Class<? extends Throwable> type = type(name, method);
    if (type == null || Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    Constructor<?> constructor = constructor(type);
    if (constructor == null) {
      return null;
    }
    try {
      return type.cast(
          switch (constructor.getParameterCount()) {
            case 0 -> constructor.newInstance();
            case 1 -> constructor.newInstance(message);
            default -> constructor.newInstance(message, null);
          });
    } catch (InstantiationException
        | IllegalAccessException
        | IllegalArgumentException
        | InvocationTargetException e) {
      return null; // the failure is then reported as data only
    }
  }

  private @Nullable Class<? extends Throwable> type(String name, @Nullable Method method) {
    if (method != null) {
      for (Class<?> declared : method.getExceptionTypes()) {
        Class<? extends Throwable> type = declared.asSubclass(Throwable.class);
        if (RemoteError.nameOf(type).equals(name)) {
          return type;
        }
      }
    }
    return registered.get(name);
  }

  private static @Nullable Constructor<?> constructor(Class<? extends Throwable> type) {
    for (Class<?>[] parameters : CONSTRUCTORS) {
      for (Constructor<?> constructor : type.getConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), parameters)) {
          return constructor;
        }
      }
    }
    return null;
  }
}
