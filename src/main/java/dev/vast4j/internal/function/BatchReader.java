package dev.vast4j.internal.function;

import dev.vast4j.BatchResult;
import dev.vast4j.Batched;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@link Batched} and finds the method that runs a batch. */
record BatchReader(Class<?> type, @Nullable Class<?> implementation) {
  private static final int MAX_SIZE = 1 << 16;
  private static final int MAX_WAIT_MILLIS = 60_000;

  /**
   * Reads a method's annotation.
   *
   * @param named whether the parameters' names are known
   * @return null if the method has none
   */
  @Nullable BatchSpec read(
      Method method,
      List<String> names,
      boolean named,
      List<Type> parameters,
      Type result,
      ResultKind kind) {
    Batched batched = method.getAnnotation(Batched.class);
    if (batched == null) {
      return null;
    }
    String place = RemoteInterface.at(type, method);
    if (kind.streamed()) {
      throw RemoteInterface.invalid(
          place,
          "a function that streams cannot be batched",
          "Return "
              + name(result)
              + " or CompletableFuture<"
              + name(boxed(result))
              + ">, or remove"
              + " @Batched");
    }
    if (parameters.isEmpty()) {
      throw RemoteInterface.invalid(
          place, "a batched function needs a parameter to collect", "Add one, or remove @Batched");
    }
    check(place, "maxSize", batched.maxSize(), 1, MAX_SIZE);
    check(place, "maxWaitMillis", batched.maxWaitMillis(), 0, MAX_WAIT_MILLIS);
    String signature = signature(batched.method(), names, named, parameters, result);
    return new BatchSpec(
        batched.method(),
        find(place, batched.method(), signature, parameters, result),
        signature,
        batched.maxSize(),
        Duration.ofMillis(batched.maxWaitMillis()));
  }

  private static void check(String place, String setting, int value, int least, int most) {
    if (value < least || value > most) {
      throw RemoteInterface.invalid(
          place, "@Batched " + setting + " is " + value, "Give " + least + " to " + most);
    }
  }

  /** Checks that a worker can run the batches of a function that has them. */
  void checkServable(RemoteFunction function) {
    BatchSpec batch = function.execution().batch();
    if (batch == null) {
      return;
    }
    Method body = batch.body();
    if (body == null) {
      throw RemoteInterface.invalid(
          RemoteInterface.at(type, function.method()),
          "the method '" + batch.method() + "', which @Batched names, does not exist",
          "Declare it in " + type.getSimpleName() + ": " + batch.signature());
    }
    if (implementation == null && !body.isDefault()) {
      throw RemoteInterface.invalid(
          RemoteInterface.at(type, function.method()),
          "the method '" + batch.method() + "', which @Batched names, has no body",
          "Make it a default method, or register the implementing class: default "
              + batch.signature()
              + " {…}");
    }
  }

  private @Nullable Method find(
      String place, String name, String signature, List<Type> parameters, Type result) {
    List<Method> candidates = new ArrayList<>(named(type, name));
    TypeBinder binder = new TypeBinder(type);
    for (Method candidate : candidates) {
      if (fits(candidate, binder, parameters, result)) {
        return usable(place, candidate, signature);
      }
    }
    if (implementation != null) {
      TypeBinder own = new TypeBinder(implementation);
      for (Method candidate : named(implementation, name)) {
        if (fits(candidate, own, parameters, result)) {
          return usable(place, candidate, signature);
        }
        candidates.add(candidate);
      }
    }
    if (!candidates.isEmpty()) {
      throw RemoteInterface.invalid(
          place,
          "@Batched names "
              + candidates.get(0).toGenericString()
              + ", which does not take a list for each parameter and return a list of results",
          "Declare it: " + signature);
    }
    if (implementation != null) {
      for (Class<?> at = implementation; at != null; at = at.getSuperclass()) {
        if (Arrays.stream(at.getDeclaredMethods()).anyMatch(m -> m.getName().equals(name))) {
          throw RemoteInterface.invalid(
              place,
              "@Batched names " + at.getName() + "." + name + ", which is not public",
              "Declare it: public " + signature);
        }
      }
    }
    return null;
  }

  private static List<Method> named(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name) && !method.isBridge())
        // Other JVMs return them in another order.
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  private static Method usable(String place, Method body, String signature) {
    if (Modifier.isStatic(body.getModifiers())) {
      throw RemoteInterface.invalid(
          place, "@Batched names a static method", "Declare it without static: " + signature);
    }
    return body;
  }

  private static boolean fits(
      Method candidate, TypeBinder binder, List<Type> parameters, Type result) {
    Type[] taken = candidate.getGenericParameterTypes();
    if (taken.length != parameters.size()) {
      return false;
    }
    for (int i = 0; i < taken.length; i++) {
      if (!listOf(boxed(parameters.get(i)), binder.bind(taken[i]))) {
        return false;
      }
    }
    Type returned = binder.bind(candidate.getGenericReturnType());
    if (returned == void.class) {
      return result == void.class;
    }
    return listOf(boxed(result), returned) || listOfResults(boxed(result), returned);
  }

  private static boolean listOfResults(Type element, Type type) {
    return type instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] instanceof ParameterizedType each
        && each.getRawType() == BatchResult.class
        && same(element, each.getActualTypeArguments()[0]);
  }

  private static boolean listOf(Type element, Type type) {
    return type instanceof ParameterizedType list
        && list.getRawType() == List.class
        && same(element, list.getActualTypeArguments()[0]);
  }

  /** The JDK's types and the binder's do not equal each other. */
  private static boolean same(Type one, Type other) {
    if (one instanceof ParameterizedType a && other instanceof ParameterizedType b) {
      Type[] mine = a.getActualTypeArguments();
      Type[] theirs = b.getActualTypeArguments();
      return a.getRawType() == b.getRawType()
          && IntStream.range(0, mine.length).allMatch(i -> same(mine[i], theirs[i]));
    }
    if (one instanceof GenericArrayType a && other instanceof GenericArrayType b) {
      return same(a.getGenericComponentType(), b.getGenericComponentType());
    }
    return one.equals(other);
  }

  private static Type boxed(Type type) {
    return type instanceof Class<?> raw && raw.isPrimitive()
        ? java.lang.invoke.MethodType.methodType(raw).wrap().returnType()
        : type;
  }

  private static String signature(
      String method, List<String> names, boolean named, List<Type> parameters, Type result) {
    return IntStream.range(0, parameters.size())
        .mapToObj(
            i ->
                "List<"
                    + name(boxed(parameters.get(i)))
                    + "> "
                    + (named ? names.get(i) : "input" + (i + 1)))
        .collect(
            Collectors.joining(
                ", ",
                (result == void.class ? "void " : "List<" + name(boxed(result)) + "> ")
                    + method
                    + "(",
                ")"));
  }

  private static String name(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Stream.of(parameterized.getActualTypeArguments())
          .map(BatchReader::name)
          .collect(Collectors.joining(", ", name(parameterized.getRawType()) + "<", ">"));
    }
    if (type instanceof GenericArrayType array) {
      return name(array.getGenericComponentType()) + "[]";
    }
    return type instanceof Class<?> raw ? raw.getSimpleName() : type.getTypeName();
  }
}
