package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.GeneralTypes;
import dev.vast4j.internal.wire.RemoteError;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exception types that a function's failure is rebuilt as: those its method declares and those
 * that were registered. Except for {@link GeneralTypes}, a type also stands for its subclasses. A
 * class that only an answer names is never loaded. Immutable.
 */
public final class ExceptionTypes {
  /** Nothing registered. */
  public static final ExceptionTypes NONE = new ExceptionTypes(Map.of());

  private static final Class<?>[] MESSAGE = {String.class};
  private static final Class<?>[] MESSAGE_AND_CAUSE = {String.class, Throwable.class};
  private static final Class<?>[] NOTHING = {};

  /** Parameters of usable constructors, best first. */
  private static final List<Class<?>[]> CONSTRUCTORS = List.of(MESSAGE, MESSAGE_AND_CAUSE, NOTHING);

  private static final List<Class<?>[]> CONSTRUCTORS_WITH_CAUSE =
      List.of(MESSAGE_AND_CAUSE, MESSAGE, NOTHING);

  private final Map<String, Class<? extends Throwable>> registered;

  private ExceptionTypes(Map<String, Class<? extends Throwable>> registered) {
    this.registered = registered;
  }

  /** Registers types, in addition to declared ones. */
  public static ExceptionTypes of(Collection<? extends Class<? extends Throwable>> types) {
    Map<String, Class<? extends Throwable>> byName = new HashMap<>();
    for (Class<? extends Throwable> type : types) {
      byName.put(type.getName(), type);
      byName.put(RemoteError.nameOf(type), type);
    }
    return new ExceptionTypes(Map.copyOf(byName));
  }

  /**
   * Whether the type can be instantiated: it is public, not abstract, and has a public constructor
   * that takes a message, a message and a cause, or nothing.
   */
  public static boolean canBeMade(Class<? extends Throwable> type) {
    return Modifier.isPublic(type.getModifiers())
        && !Modifier.isAbstract(type.getModifiers())
        && CONSTRUCTORS.stream().anyMatch(parameters -> constructor(type, parameters) != null);
  }

  /**
   * Creates an exception of the remote type or of its nearest superclass that is known here. Of a
   * superclass, the message names the remote type.
   *
   * @param method the function's method, or null
   * @param cause the cause, or null
   * @return null when no type is known or none can be instantiated
   */
  @Nullable Throwable make(RemoteError error, @Nullable Method method, @Nullable Throwable cause) {
    Class<? extends Throwable> same = type(error.className(), method);
    Throwable made = same == null ? null : make(same, error.message(), cause);
    if (made != null) {
      return made;
    }
    String message =
        error.message() == null ? error.className() : error.className() + ": " + error.message();
    for (String name : error.superclasses()) {
      Class<? extends Throwable> type = type(name, method);
      made = type == null || GeneralTypes.contains(type) ? null : make(type, message, cause);
      if (made != null) {
        return made;
      }
    }
    return null;
  }

  private static @Nullable Throwable make(
      Class<? extends Throwable> type, @Nullable String message, @Nullable Throwable cause) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    for (Class<?>[] parameters : cause == null ? CONSTRUCTORS : CONSTRUCTORS_WITH_CAUSE) {
      Constructor<?> constructor = constructor(type, parameters);
      if (constructor != null) {
        try {
          return type.cast(
              constructor.newInstance(
                  Arrays.copyOf(new @Nullable Object[] {message, cause}, parameters.length)));
        } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError e) {
          // another constructor may do; otherwise the failure is reported as data only
        }
      }
    }
    return null;
  }

  private @Nullable Class<? extends Throwable> type(String name, @Nullable Method method) {
    if (method != null) {
      for (Class<?> declared : method.getExceptionTypes()) {
        Class<? extends Throwable> type = declared.asSubclass(Throwable.class);
        if (type.getName().equals(name) || RemoteError.nameOf(type).equals(name)) {
          return type;
        }
      }
    }
    return registered.get(name);
  }

  private static @Nullable Constructor<?> constructor(
      Class<? extends Throwable> type, Class<?>[] parameters) {
    for (Constructor<?> constructor : type.getConstructors()) {
      if (Arrays.equals(constructor.getParameterTypes(), parameters)) {
        return constructor;
      }
    }
    return null;
  }
}
