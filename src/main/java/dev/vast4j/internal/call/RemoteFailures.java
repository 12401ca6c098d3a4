package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.wire.RemoteError;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a function threw on a worker into an exception here. Instances are made only of the
 * exception types that the method declares or that were registered, never of a class that only the
 * answer names.
 */
final class RemoteFailures {
  private static final Pattern FRAME =
      Pattern.compile("\\s*at (?:[^\\s/]*/)*([\\w.$<>]+)\\.([\\w$<>]+)\\(([^:()]*)(?::(\\d+))?\\)");
  private static final int MOST_CAUSES = 20;

  private final Map<String, Class<? extends Throwable>> registered;

  RemoteFailures(Map<String, Class<? extends Throwable>> registered) {
    this.registered = Map.copyOf(registered);
  }

  RemoteExecutionException exception(
      RemoteError error, @Nullable Method method, CallException.Trace trace) {
    return exception(error, method, trace, 0);
  }

  private RemoteExecutionException exception(
      RemoteError error, @Nullable Method method, CallException.Trace trace, int depth) {
    Throwable cause = rebuilt(error, method);
    RemoteError remoteCause = error.cause();
    if (cause == null && remoteCause != null && depth < MOST_CAUSES) {
      cause = exception(remoteCause, method, trace, depth + 1);
    }
    return new RemoteExecutionException(
        error.className(), error.message(), error.stackTrace(), trace, cause);
  }

  private @Nullable Throwable rebuilt(RemoteError error, @Nullable Method method) {
    Class<? extends Throwable> type = type(error.className(), method);
    if (type == null || Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    Throwable made = make(type, error.message());
    if (made != null) {
      made.setStackTrace(frames(error.stackTrace()));
    }
    return made;
  }

  private @Nullable Class<? extends Throwable> type(String name, @Nullable Method method) {
    if (method != null) {
      for (Class<?> declared : method.getExceptionTypes()) {
        if (declared.getName().equals(name)) {
          return declared.asSubclass(Throwable.class);
        }
      }
    }
    return registered.get(name);
  }

  private static @Nullable Throwable make(
      Class<? extends Throwable> type, @Nullable String message) {
    try {
      for (Constructor<?> constructor : type.getConstructors()) {
        Class<?>[] parameters = constructor.getParameterTypes();
        if (parameters.length == 1 && parameters[0] == String.class) {
          return type.cast(constructor.newInstance(message));
        }
      }
      for (Constructor<?> constructor : type.getConstructors()) {
        Class<?>[] parameters = constructor.getParameterTypes();
        if (parameters.length == 2
            && parameters[0] == String.class
            && parameters[1] == Throwable.class) {
          return type.cast(constructor.newInstance(message, null));
        }
      }
      for (Constructor<?> constructor : type.getConstructors()) {
        if (constructor.getParameterCount() == 0) {
          return type.cast(constructor.newInstance());
        }
      }
    } catch (InstantiationException
        | IllegalAccessException
        | IllegalArgumentException
        | InvocationTargetException e) {
      return null; // then the remote exception is reported as data alone
    }
    return null;
  }

  /** The frames of the first exception in a printed stack trace, as far as they are Java's. */
  static StackTraceElement[] frames(String printed) {
    List<StackTraceElement> frames = new ArrayList<>();
    boolean began = false;
    for (String line : printed.split("\n", -1)) {
      Matcher frame = FRAME.matcher(line.stripTrailing());
      if (frame.matches()) {
        began = true;
        String number = frame.group(4);
        frames.add(
            new StackTraceElement(
                frame.group(1),
                frame.group(2),
                frame.group(3),
                number == null || number.length() > 9 ? -1 : Integer.parseInt(number)));
      } else if (began) {
        break;
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }
}
