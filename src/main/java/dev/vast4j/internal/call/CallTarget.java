package dev.vast4j.internal.call;

import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The deployment that is called.
 *
 * @param name its name in messages, such as {@code deployment 'square' (default)}
 * @param endpointId returns its endpoint's id without blocking; every call asks for it. Throws
 *     NotDeployedException while there is none.
 * @param interfaces reads a remote interface; throws InvalidDeploymentException when it does not
 *     belong to the deployment
 * @param codec writes arguments and reads results
 * @param dialect what its workers read, until they announce it themselves
 * @param exceptions what failures are rebuilt as, besides what methods declare
 * @param versions the version that was deployed or attached to, and the current one
 */
public record CallTarget(
    String name,
    LongSupplier endpointId,
    Function<Class<?>, RemoteInterface> interfaces,
    WireCodec codec,
    Dialect dialect,
    ExceptionTypes exceptions,
    VersionSource versions) {
  /** Creates a target whose version is unknown. */
  public CallTarget(
      String name,
      LongSupplier endpointId,
      Function<Class<?>, RemoteInterface> interfaces,
      WireCodec codec,
      Dialect dialect,
      ExceptionTypes exceptions) {
    this(name, endpointId, interfaces, codec, dialect, exceptions, VersionSource.UNKNOWN);
  }
}
