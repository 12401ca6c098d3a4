package dev.vast4j.spring;

import dev.vast4j.ContextArguments;
import dev.vast4j.Param;
import dev.vast4j.errors.InvalidDeploymentException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;

/**
 * Arguments of contexts from properties: {@code vast4j.contexts.model-context.layers} is the
 * parameter {@code layers} of {@code ModelContext}'s constructor, converted to its type.
 */
final class ContextProperties {
  private final Binder binder;

  ContextProperties(Binder binder) {
    this.binder = binder;
  }

  /** Returns the arguments; throws InvalidDeploymentException when one is not set. */
  ContextArguments arguments(Class<?> type) {
    ContextArguments arguments = ContextArguments.of();
    Constructor<?>[] constructors = type.getConstructors();
    if (constructors.length != 1) {
      return arguments; // build() says what is wrong with it
    }
    ConfigurationPropertyName prefix =
        ConfigurationPropertyName.of("vast4j.contexts").append(kebab(type.getSimpleName()));
    List<String> missing = new ArrayList<>();
    for (Parameter parameter : constructors[0].getParameters()) {
      Param param = parameter.getAnnotation(Param.class);
      if (param == null && !parameter.isNamePresent()) {
        throw new InvalidDeploymentException(
            "constructor of context " + type.getName(),
            "its parameters have no names in the class file",
            "Compile with -parameters, as Spring Boot's Maven and Gradle plugins do, or declare a"
                + " bean RemoteContext.of("
                + type.getSimpleName()
                + ".class, …)",
            null);
      }
      String name = param == null ? parameter.getName() : param.value();
      ConfigurationPropertyName property = prefix.append(kebab(name));
      BindResult<?> bound =
          binder.bind(
              property, Bindable.of(ResolvableType.forType(parameter.getParameterizedType())));
      if (bound.isBound()) {
        arguments = arguments.with(name, bound.get());
      } else {
        missing.add(property.toString());
      }
    }
    if (!missing.isEmpty()) {
      throw new InvalidDeploymentException(
          "context " + type.getName(),
          "its constructor takes arguments, and these properties are not set: "
              + String.join(", ", missing),
          "Set them, or declare a bean RemoteContext.of(" + type.getSimpleName() + ".class, …)",
          null);
    }
    return arguments;
  }

  /** Writes a Java name as properties do: {@code ModelContext} becomes {@code model-context}. */
  static String kebab(String name) {
    StringBuilder kebab = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        boolean starts =
            i > 0
                && (!Character.isUpperCase(name.charAt(i - 1))
                    || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
        if (starts && kebab.charAt(kebab.length() - 1) != '-') {
          kebab.append('-');
        }
        kebab.append(Character.toLowerCase(c));
      } else if (c == '_' || c == '-' || c == '$' || c == '.') {
        if (kebab.length() > 0 && kebab.charAt(kebab.length() - 1) != '-') {
          kebab.append('-');
        }
      } else {
        kebab.append(c);
      }
    }
    while (kebab.length() > 1 && kebab.charAt(kebab.length() - 1) == '-') {
      kebab.setLength(kebab.length() - 1);
    }
    return kebab.toString();
  }
}
