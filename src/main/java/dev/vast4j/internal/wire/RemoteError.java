package dev.vast4j.internal.wire;

import dev.vast4j.RemoteType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exception that crossed the wire, as data; no class of that name is loaded.
 *
 * @param className a Java class name or, from a Python worker, {@code module.Class}
 * @param superclasses names of its superclasses, the nearest first; empty when none was sent
 * @param message its message, or null
 * @param stackTrace its stack trace as text, or empty
 * @param frames its own frames as text, or empty; see {@link Frames#parse}
 * @param cause its cause, or null
 * @param suppressed its suppressed exceptions
 * @param properties its further fields, as natural Java values
 */
public record RemoteError(
    String className,
    List<String> superclasses,
    @Nullable String message,
    String stackTrace,
    String frames,
    @Nullable RemoteError cause,
    List<RemoteError> suppressed,
    Map<String, @Nullable Object> properties) {

  /** An exception without superclasses, frames and suppressed ones, such as Python's. */
  RemoteError(
      String className,
      @Nullable String message,
      String stackTrace,
      @Nullable RemoteError cause,
      Map<String, @Nullable Object> properties) {
    this(className, List.of(), message, stackTrace, "", cause, List.of(), properties);
  }

  /**
   * Returns the {@link #className} of exceptions of a type: its name, or that of the Python class
   * that {@link RemoteType} maps it to.
   */
  public static String nameOf(Class<? extends Throwable> type) {
    RemoteType python = type.getAnnotation(RemoteType.class);
    return python == null ? type.getName() : PythonModule.of(python).qualify(python.name());
  }
}
