package dev.vast4j.internal.deploy;

import dev.vast4j.ContextArguments;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.ContextClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings a context's arguments, given by position and by name, into its constructor's order. */
final class ContextBinding {
  private ContextBinding() {}

  /** Returns an argument for each parameter; throws InvalidDeploymentException otherwise. */
  static List<@Nullable Object> bind(ContextClass context, ContextArguments arguments) {
    List<@Nullable Object> bound = new ArrayList<>(arguments.positional());
    Map<String, @Nullable Object> named = arguments.named();
    int wanted = context.argumentTypes().size();
    if (named.isEmpty()) {
      if (bound.size() != wanted) {
        throw invalid(
            context,
            "it takes " + wanted + " arguments, and " + bound.size() + " were given",
            "Give them in order: .context("
                + context.type().getSimpleName()
                + ".class"
                + ", …".repeat(wanted)
                + ")");
      }
      return bound;
    }
    List<String> names = names(context);
    for (String name : named.keySet()) {
      if (!names.contains(name)) {
        throw invalid(
            context,
            "it has no parameter '" + name + "'",
            names.isEmpty() ? "It takes no arguments" : "Its parameters are " + listed(names));
      }
    }
    if (bound.size() > wanted) {
      throw invalid(
          context,
          "it takes " + wanted + " arguments, and " + bound.size() + " were given by position",
          "Give fewer by position; its parameters are " + listed(names));
    }
    for (String name : names.subList(0, bound.size())) {
      if (named.containsKey(name)) {
        throw invalid(
            context,
            "'" + name + "' is given by position and by name",
            "Give it once; the arguments by position come first");
      }
    }
    for (String name : names.subList(bound.size(), wanted)) {
      if (!named.containsKey(name)) {
        throw invalid(
            context,
            "there is no argument for '" + name + "'",
            "Add it: ContextArguments.of(…).with(\"" + name + "\", …)");
      }
      bound.add(named.get(name));
    }
    return bound;
  }

  /** How messages name the constructor. */
  static String location(ContextClass context) {
    return "constructor of context " + context.type().getName();
  }

  private static List<String> names(ContextClass context) {
    List<String> names = context.argumentNames();
    if (names == null) {
      throw invalid(
          context,
          "its parameters have no names in the class file",
          "Compile with -parameters, annotate the parameters with @Param, or give the arguments in"
              + " order");
    }
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) != i) {
        throw invalid(
            context,
            "two parameters are named '" + names.get(i) + "'",
            "Give each parameter its own @Param name");
      }
    }
    return names;
  }

  private static String listed(List<String> names) {
    return String.join(", ", names);
  }

  private static InvalidDeploymentException invalid(
      ContextClass context, String problem, String fix) {
    return new InvalidDeploymentException(location(context), problem, fix, null);
  }
}
