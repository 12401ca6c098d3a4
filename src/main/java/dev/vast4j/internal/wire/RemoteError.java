package dev.vast4j.internal.wire;

import dev.vast4j.RemoteType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exception that crossed the wire, as data; no class of that name is loaded.
 *
 * @param className a Java class name or, from a Python worker, {@code module.Class}
 * @param message its message, or null
 * @param stackTrace its stack trace as text, or empty
 * @param cause its cause, or null
 * @param properties its further fields, as natural Java values
 */
public record RemoteError(
    String className,
    @Nullable String message,
    String stackTrace,
    @Nullable RemoteError cause,
    Map<String, @Nullable Object> properties) {

  /**
   * Returns the {@link #className} of exceptions of a type: its name, or that of the Python class
   * that {@link RemoteType} maps it to.
   */
  public static String nameOf(Class<? extends Throwable> type) {
    RemoteType python = type.getAnnotation(RemoteType.class);
    return python == null ? type.getName() : PythonModule.of(python).qualify(python.name());
  }
}
