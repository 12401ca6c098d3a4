package dev.vast4j.internal.call;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates proxies of remote interfaces. */
public final class Proxies {
  private static final @Nullable Object[] NONE = {};

  private Proxies() {}

  /**
   * Creates a proxy whose remote methods call the invoker. {@code equals}, {@code hashCode}, {@code
   * toString} and default methods without the annotation run here. A proxy equals only itself.
   *
   * @param description the proxy's {@code toString}
   */
  public static <T> T create(
      Class<T> type, RemoteInterface functions, String description, Invoker invoker) {
    if (functions.type() != type) {
      throw new IllegalArgumentException(
          "functions of " + functions.type().getName() + " for a proxy of " + type.getName());
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new Handler(type, functions.functions(), description, invoker)));
  }

  private static final class Handler implements InvocationHandler {
    private final Class<?> type;
    private final Map<Signature, RemoteFunction> functions = new HashMap<>();
    private final Map<Method, RemoteFunction> byMethod = new HashMap<>();
    private final String description;
    private final Invoker invoker;

    /** A method that a sub-interface redeclares is the same function as the one it overrides. */
    private record Signature(String name, List<Class<?>> parameters) {
      static Signature of(Method method) {
        return new Signature(method.getName(), List.of(method.getParameterTypes()));
      }
    }

    Handler(Class<?> type, List<RemoteFunction> functions, String description, Invoker invoker) {
      this.type = type;
      this.description = description;
      this.invoker = invoker;
      for (RemoteFunction function : functions) {
        this.byMethod.put(function.method(), function);
        this.functions.put(Signature.of(function.method()), function);
      }
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      RemoteFunction function = byMethod.get(method);
      if (function != null) {
        return invoker.invoke(function, arguments == null ? NONE : arguments);
      }
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "equals" -> arguments != null && proxy == arguments[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> description;
        };
      }
      function = functions.get(Signature.of(method));
      if (function != null) {
        return invoker.invoke(function, arguments == null ? NONE : arguments);
      }
      if (method.isDefault()) {
        return InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      throw new InvalidDeploymentException(
          RemoteInterface.at(type, method),
          "not annotated with @Remote and has no default body",
          "Annotate it, or make it a default method",
          null);
    }
  }
}
