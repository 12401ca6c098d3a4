package dev.vast4j.internal.function;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Creates the objects that run remote functions, on a worker or in a unit test. */
public final class Instances {
  private Instances() {}

  /**
   * Creates an object that implements the interface: an instance of the implementing class, which
   * gets the values of its contexts, or one that runs the interface's default methods.
   *
   * @param contexts all entered contexts of the deployment
   * @throws Exception what the constructor throws
   */
  public static Object create(
      RemoteInterface remote, List<ContextClass> contexts, ContextValues values) throws Exception {
    if (remote.implementation() == null) {
      return defaults(remote.type());
    }
    Constructor<?> constructor = remote.constructor();
    Object[] arguments =
        ContextClass.injected(constructor, contexts).stream()
            .map(context -> values.lookup(context.type()))
            .toArray();
    return newInstance(constructor, arguments);
  }

  /** Calls the constructor and throws its exception unwrapped. */
  public static Object newInstance(Constructor<?> constructor, @Nullable Object... arguments)
      throws Exception {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw unwrapped(e);
    }
  }

  /** {@return the exception of a reflective call's target} Throws what no signature declares. */
  public static Exception unwrapped(InvocationTargetException wrapper) {
    Throwable cause = wrapper.getTargetException();
    return cause instanceof Exception exception ? exception : sneaked(cause);
  }

  /** Throws the throwable as it is, whatever its type. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast
  public static <E extends Throwable> RuntimeException sneaked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  /**
   * Returns what a method of {@link #create}'s object threw. The proxy that runs default methods
   * wraps a checked exception that the method does not declare.
   */
  public static Throwable thrown(Throwable thrown, Object target) {
    Throwable at = thrown;
    while (at instanceof UndeclaredThrowableException wrapper
        && wrapper.getUndeclaredThrowable() != null
        && madeBy(target, wrapper)) {
      at = wrapper.getUndeclaredThrowable();
    }
    return at;
  }

  private static boolean madeBy(Object target, Throwable wrapper) {
    StackTraceElement[] frames = wrapper.getStackTrace();
    return frames.length > 0 && frames[0].getClassName().equals(target.getClass().getName());
  }

  private static Object defaults(Class<?> type) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Defaults(type));
  }

  private static final class Defaults implements InvocationHandler {
    private static final MethodType ANY =
        MethodType.methodType(Object.class, Object.class, Object[].class);
    private static final Object[] NO_ARGUMENTS = {};

    private final Class<?> type;
    private final Map<Method, MethodHandle> bodies = new HashMap<>();

    Defaults(Class<?> type) {
      this.type = type;
      for (Method method : type.getMethods()) {
        MethodHandle body = method.isDefault() ? body(method) : null;
        if (body != null) {
          bodies.put(method, body);
        }
      }
    }

    /** Returns the body as a handle, or null if its module is closed. */
    private static @Nullable MethodHandle body(Method method) {
      Class<?> owner = method.getDeclaringClass();
      try {
        return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
            .unreflectSpecial(method, owner)
            .asFixedArity()
            .asSpreader(Object[].class, method.getParameterCount())
            .asType(ANY);
      } catch (IllegalAccessException e) {
        return null;
      }
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      if (method.isDefault()) {
        MethodHandle body = bodies.get(method);
        // invokeDefault calls methods of an exception that passes, which may throw another one.
        if (body == null) {
          return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        @Nullable Object[] all = arguments == null ? NO_ARGUMENTS : arguments;
        return (@Nullable Object) body.invokeExact(proxy, all);
      }
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "equals" -> proxy == Objects.requireNonNull(arguments)[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> type.getName() + " with its default methods";
        };
      }
      throw new UnsupportedOperationException(
          RemoteInterface.at(type, method) + " has no body: it is abstract");
    }
  }
}
