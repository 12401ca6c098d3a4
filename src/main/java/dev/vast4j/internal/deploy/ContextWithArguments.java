package dev.vast4j.internal.deploy;

import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.wire.WireCodec;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A context with the arguments of its constructor as plain JSON. */
record ContextWithArguments(ContextClass context, List<String> arguments) {

  /** Reads the contexts; throws InvalidDeploymentException for the first mistake. */
  static List<ContextWithArguments> read(List<DeploymentDraft.Entered> choices, WireCodec codec) {
    List<ContextWithArguments> contexts = new ArrayList<>();
    Set<Class<?>> seen = new HashSet<>();
    for (DeploymentDraft.Entered choice : choices) {
      ContextClass context = ContextClass.read(choice.type());
      if (!seen.add(choice.type())) {
        throw new InvalidDeploymentException(
            choice.type().getName(), "it is registered twice", "Register it once", null);
      }
      contexts.add(
          new ContextWithArguments(
              context,
              arguments(context, ContextBinding.bind(context, choice.arguments()), codec)));
    }
    return List.copyOf(contexts);
  }

  private static List<String> arguments(
      ContextClass context, List<@Nullable Object> arguments, WireCodec codec) {
    List<Type> types = context.argumentTypes();
    String constructor = ContextBinding.location(context);
    List<String> json = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String location = constructor + ", argument " + (i + 1);
      String unsupported = codec.unsupported(types.get(i));
      if (unsupported != null) {
        throw noContextArgument(location, types.get(i), unsupported, null);
      }
      try {
        String text = codec.toPlainJson(arguments.get(i), types.get(i), location);
        codec.fromPlainJson(text, types.get(i), location);
        json.add(text);
      } catch (DecodingException e) {
        throw noContextArgument(location, types.get(i), e.problem(), e);
      } catch (EncodingException e) {
        throw noContextArgument(
            location, types.get(i), String.valueOf(Objects.requireNonNull(e.getCause())), e);
      }
    }
    return json;
  }

  private static InvalidDeploymentException noContextArgument(
      String location, Type type, String problem, @Nullable VastException cause) {
    return new InvalidDeploymentException(
        location,
        "it cannot travel as JSON to " + type.getTypeName() + ": " + problem,
        "Use a type that JSON can hold, such as a string, a number, a list or a record",
        cause);
  }
}
