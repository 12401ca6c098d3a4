package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.wire.RemoteError;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a function's failure on a worker into an exception here. Its cause is rebuilt if its type
 * is known.
 */
final class RemoteFailures {
  private static final Pattern FRAME =
      Pattern.compile("\\s*at (?:[^\\s/]*/)*([\\w.$<>]+)\\.([\\w$<>]+)\\(([^:()]*)(?::(\\d+))?\\)");
  private static final int MOST_CAUSES = 20;

  private final ExceptionTypes types;

  RemoteFailures(ExceptionTypes types) {
    this.types = types;
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
    Throwable made = types.make(error.className(), method, error.message());
    if (made != null) {
      made.setStackTrace(frames(error.stackTrace()));
    }
    return made;
  }

  /** Returns the Java frames of the first exception in a printed stack trace. */
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
