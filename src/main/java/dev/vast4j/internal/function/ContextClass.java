package dev.vast4j.internal.function;

import dev.vast4j.Context;
import dev.vast4j.Param;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A context's class, validated: public, concrete, one public constructor. Immutable.
 *
 * @param type the class
 * @param constructor its only public constructor
 */
public record ContextClass(Class<?> type, Constructor<?> constructor) {

  /** Validates a context's class. Throws InvalidDeploymentException naming the problem. */
  public static ContextClass read(Class<?> type) {
    if (!Context.class.isAssignableFrom(type)) {
      throw RemoteInterface.invalid(
          type.getName(),
          "it does not implement " + Context.class.getName(),
          "Declare it: class " + type.getSimpleName() + " implements Context<…>");
    }
    RemoteInterface.checkInstantiable(type, "context");
    RemoteInterface.checkExported(type);
    return new ContextClass(type, type.getConstructors()[0]);
  }

  /** {@return the generic types of the constructor's parameters} */
  public List<Type> argumentTypes() {
    return List.of(constructor.getGenericParameterTypes());
  }

  /** {@return the constructor's parameter names, or null when the class file lacks one} */
  public @Nullable List<String> argumentNames() {
    List<String> names = new ArrayList<>();
    for (Parameter parameter : constructor.getParameters()) {
      Param param = parameter.getAnnotation(Param.class);
      if (param == null && !parameter.isNamePresent()) {
        return null;
      }
      names.add(param == null ? parameter.getName() : param.value());
    }
    return names;
  }

  /** {@return the class that {@code enter()} is declared to return; Object if it is not known} */
  public Class<?> valueType() {
    for (Method method : type.getMethods()) {
      if (method.getName().equals("enter")
          && method.getParameterCount() == 0
          && !method.isBridge()) {
        Type declared = method.getGenericReturnType();
        if (declared instanceof Class<?> raw) {
          return raw;
        }
        if (declared instanceof ParameterizedType parameterized) {
          return (Class<?>) parameterized.getRawType();
        }
      }
    }
    return Object.class;
  }

  /**
   * Finds the context for each parameter of an implementing class's constructor: the one whose
   * value fits the parameter's type. Throws InvalidDeploymentException if none or several do.
   */
  public static List<ContextClass> injected(
      Constructor<?> constructor, List<ContextClass> contexts) {
    List<ContextClass> result = new ArrayList<>();
    Class<?>[] parameters = constructor.getParameterTypes();
    for (int i = 0; i < parameters.length; i++) {
      Class<?> parameter = parameters[i];
      List<ContextClass> fitting =
          contexts.stream().filter(c -> parameter.isAssignableFrom(c.valueType())).toList();
      if (fitting.size() != 1) {
        String place =
            "constructor of "
                + constructor.getDeclaringClass().getName()
                + ", parameter "
                + (i + 1)
                + " ("
                + parameter.getSimpleName()
                + ")";
        throw fitting.isEmpty()
            ? RemoteInterface.invalid(
                place,
                "no registered context provides a " + parameter.getSimpleName(),
                "Register one: .context(MyContext.class), where MyContext implements Context<"
                    + parameter.getSimpleName()
                    + ">")
            : RemoteInterface.invalid(
                place,
                "several contexts provide it: "
                    + fitting.stream()
                        .map(c -> c.type().getSimpleName())
                        .collect(Collectors.joining(", ")),
                "Call Contexts.get(…) in the function instead, or use a more specific type");
      }
      result.add(fitting.get(0));
    }
    return result;
  }
}
