package dev.vast4j.internal.deploy;

import com.fasterxml.jackson.databind.Module;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.call.ExceptionTypes;
import dev.vast4j.internal.wire.WireCodec;
import java.util.List;

/**
 * How values and failures map to Java types. Immutable.
 *
 * @param codec writes and reads values
 * @param modules class names of the codec's Jackson modules
 * @param exceptions registered types that failures are rebuilt as
 */
record Bindings(WireCodec codec, List<String> modules, ExceptionTypes exceptions) {
  /** Shared by all deployments without modules: a codec is immutable and costly to create. */
  private static final WireCodec STANDARD = WireCodec.standard();

  /**
   * Creates the modules and checks the exceptions; throws InvalidDeploymentException when one can't
   * be instantiated.
   */
  static Bindings of(List<Class<?>> modules, List<Class<? extends Throwable>> exceptions) {
    exceptions.forEach(Bindings::check);
    return new Bindings(
        modules.isEmpty()
            ? STANDARD
            : WireCodec.withModules(modules.stream().map(Bindings::make).toList()),
        modules.stream().map(Class::getName).toList(),
        ExceptionTypes.of(exceptions));
  }

  private static void check(Class<? extends Throwable> exception) {
    if (!ExceptionTypes.canBeMade(exception)) {
      throw new InvalidDeploymentException(
          "exception " + exception.getName(),
          "it cannot be instantiated",
          "Give a public class that is not abstract and has a public constructor with a message,"
              + " a message and a cause, or nothing",
          null);
    }
  }

  private static Module make(Class<?> module) {
    try {
      return (Module) module.getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new InvalidDeploymentException(
          "Jackson module " + module.getName(),
          "it cannot be instantiated",
          "Give a public class that extends com.fasterxml.jackson.databind.Module and has a"
              + " public constructor without parameters",
          e);
    }
  }
}
