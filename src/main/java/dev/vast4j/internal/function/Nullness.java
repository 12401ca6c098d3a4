package dev.vast4j.internal.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What annotations say about null. They count by their simple names, whichever library they are of,
 * if they are kept at run time.
 */
final class Nullness {
  private static final Set<String> NON_NULL = Set.of("NonNull", "Nonnull", "NotNull");

  /** What makes types non-null where nothing is said. Kotlin's are, without a {@code ?}. */
  private static final Set<String> MARKED =
      Set.of("NullMarked", "NonNullApi", "ParametersAreNonnullByDefault", "Metadata");

  private static final String UNMARKED = "NullUnmarked";

  private Nullness() {}

  /** {@return whether the parameter or its type says that it may be null} */
  static boolean isNullable(Parameter parameter) {
    return !parameter.getType().isPrimitive() && says(parameter, Set.of("Nullable"));
  }

  /**
   * Finds the parameters that nothing keeps from being null: of reference types, neither annotated
   * as non-null nor in code whose types are.
   *
   * @param names the parameters' names on the wire
   */
  static Set<String> unmarked(Method method, List<String> names) {
    Set<String> unmarked = new HashSet<>();
    boolean marked = isMarked(method);
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].getType().isPrimitive()
          && !says(parameters[i], NON_NULL)
          && (!marked || isNullable(parameters[i]))) {
        unmarked.add(names.get(i));
      }
    }
    return unmarked;
  }

  /** The innermost of method, classes, package and module that says something decides. */
  private static boolean isMarked(Method method) {
    List<AnnotatedElement> around = new ArrayList<>();
    around.add(method);
    for (Class<?> at = method.getDeclaringClass(); at != null; at = at.getEnclosingClass()) {
      around.add(at);
    }
    around.add(method.getDeclaringClass().getPackage());
    around.add(method.getDeclaringClass().getModule());
    for (AnnotatedElement element : around) {
      for (Annotation found : element.getAnnotations()) {
        Class<?> type = found.annotationType();
        if (type.getSimpleName().equals(UNMARKED)) {
          return false;
        }
        if (MARKED.contains(type.getSimpleName())
            && (!type.getSimpleName().equals("Metadata") || type.getName().startsWith("kotlin."))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean says(Parameter parameter, Set<String> names) {
    return Stream.of(parameter.getAnnotations(), parameter.getAnnotatedType().getAnnotations())
        .flatMap(Arrays::stream)
        .anyMatch(found -> names.contains(found.annotationType().getSimpleName()));
  }
}
