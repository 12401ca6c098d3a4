package dev.vast4j.internal.deploy;

import com.fasterxml.jackson.databind.Module;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.call.ExceptionTypes;
import dev.vast4j.internal.wire.WireCodec;
import java.util.List;

/**
 * How values and failures are bound to types. Immutable.
 *
 * @param codec writes and reads values
 * @param modules the names of the Jackson modules that the codec was made with
 * @param exceptions what failures are made again of though no method declares it
 */
record Bindings(WireCodec codec, List<String> modules, ExceptionTypes exceptions) {
  /** Serves all without modules of their own: a codec is immutable and costly to make. */
  private static final WireCodec STANDARD = WireCodec.standard();

  /**
   * Makes the modules and checks the exceptions. Throws InvalidDeploymentException when one cannot
   * be made.
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
          "no instance can be made",
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
          "no instance can be made",
          "Give a public class that extends com.fasterxml.jackson.databind.Module and has a"
              + " public constructor without parameters",
          e);
    }
  }
}
