package dev.vast4j.internal.wire;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes one exception with its causes and suppressed exceptions, bounded in number and text. What
 * an exception's own methods throw never stops it. Without data binding, which a user's module
 * could break.
 */
final class RemoteErrorWriter {
  private static final PythonClass RUNTIME_ERROR =
      new PythonClass(PythonModule.BUILTINS, "RuntimeError");
  private static final StackTraceElement[] NO_FRAMES = {};

  /** The most causes of causes; each nests some Python calls in Python's reader. */
  static final int MOST_CAUSES = 100;

  /** The most suppressed exceptions with their causes, in all. */
  static final int MOST_SUPPRESSED = 32;

  private static final int MOST_SUPERCLASSES = 50;
  private static final int ARGS_LENGTH = 16 << 10;
  private static final int MESSAGE_LENGTH = 64 << 10;
  private static final int STACK_TRACE_LENGTH = 64 << 10;
  private static final int FRAMES_LENGTH = 32 << 10;

  /** The most characters of one text of a cause, and what it gets when little is left. */
  private static final int TEXT_LENGTH = 8 << 10;

  private static final int LEAST_TEXT_LENGTH = 400;

  private final WireGenerator wire;
  private final Set<Throwable> written = Collections.newSetFromMap(new IdentityHashMap<>());
  private int causes = MOST_CAUSES;
  private int suppressed = MOST_SUPPRESSED;

  /** Characters left for all causes and suppressed exceptions. */
  private int left = 64 << 10;

  private RemoteErrorWriter(WireGenerator wire) {
    this.wire = wire;
  }

  static void write(WireGenerator wire, Throwable failure) throws IOException {
    new RemoteErrorWriter(wire).write(failure);
  }

  private void write(Throwable failure) throws IOException {
    String message = message(failure);
    String className = failure.getClass().getName();
    StackTraceElement[] frames = frames(failure);
    String printed = Frames.print(frames, NO_FRAMES, FRAMES_LENGTH);
    wire.writeStartObject(new Instance(RUNTIME_ERROR, Map.of()));
    wire.writeFieldName(RemoteErrors.ARGS);
    wire.writeStartArray(new Tuple(List.of()));
    wire.writeString(
        bounded(message == null ? className : className + ": " + message, ARGS_LENGTH));
    wire.writeEndArray();
    wire.writeStringField(RemoteErrors.CLASS, className);
    wire.writeStringField(RemoteErrors.MESSAGE, bounded(message, MESSAGE_LENGTH));
    wire.writeStringField(
        RemoteErrors.STACK_TRACE,
        clean(StackTraceText.of(failure, STACK_TRACE_LENGTH, className + "\n" + printed)));
    wire.writeStringField(RemoteErrors.FRAMES, clean(printed));
    written.add(failure);
    writeRelated(failure, frames, false);
    wire.writeEndObject();
  }

  /** Writes an exception that belongs to another one. */
  private void writeInner(Throwable failure, StackTraceElement[] enclosing, boolean isSuppressed)
      throws IOException {
    String className = failure.getClass().getName();
    StackTraceElement[] frames = frames(failure);
    wire.writeStartObject();
    wire.writeStringField(RemoteErrors.CLASS, className);
    wire.writeStringField(RemoteErrors.MESSAGE, taken(message(failure)));
    wire.writeStringField(
        RemoteErrors.STACK_TRACE,
        taken(className + "\n" + Frames.print(frames, enclosing, allowance())));
    writeRelated(failure, frames, isSuppressed);
    wire.writeEndObject();
  }

  private void writeRelated(Throwable failure, StackTraceElement[] frames, boolean isSuppressed)
      throws IOException {
    writeSuperclasses(failure.getClass());
    Throwable cause = asked(failure::getCause);
    boolean withCause = cause != null && written.add(cause);
    writeSuppressed(failure, frames);
    wire.writeFieldName(RemoteErrors.CAUSE);
    if (cause != null && withCause && (isSuppressed ? suppressed-- : causes--) > 0) {
      writeInner(cause, frames, isSuppressed);
    } else {
      wire.writeNull();
    }
  }

  /** Writes the names of the superclasses that a caller may have declared or registered. */
  private void writeSuperclasses(Class<?> type) throws IOException {
    Class<?> superclass = type.getSuperclass();
    if (GeneralTypes.contains(superclass)) {
      return;
    }
    wire.writeFieldName(RemoteErrors.SUPERCLASSES);
    wire.writeStartArray();
    for (int i = 0; i < MOST_SUPERCLASSES && !GeneralTypes.contains(superclass); i++) {
      wire.writeString(superclass.getName());
      superclass = superclass.getSuperclass();
    }
    wire.writeEndArray();
  }

  private void writeSuppressed(Throwable failure, StackTraceElement[] frames) throws IOException {
    Throwable[] all = failure.getSuppressed();
    if (all.length == 0 || suppressed <= 0) {
      return;
    }
    wire.writeFieldName(RemoteErrors.SUPPRESSED);
    wire.writeStartArray();
    for (Throwable one : all) {
      if (written.add(one) && suppressed-- > 0) {
        writeInner(one, frames, true);
      }
    }
    wire.writeEndArray();
  }

  /** Returns the message, or says that asking for it failed. */
  private static @Nullable String message(Throwable failure) {
    try {
      return failure.getMessage();
    } catch (Throwable e) { // whatever it is, the failure must arrive
      return "(its getMessage() threw " + e.getClass().getName() + ")";
    }
  }

  private static StackTraceElement[] frames(Throwable failure) {
    StackTraceElement[] frames = asked(failure::getStackTrace);
    return frames == null ? NO_FRAMES : Frames.ofFunction(frames);
  }

  /** Returns null also when asking fails. */
  private static <T> @Nullable T asked(Supplier<@Nullable T> accessor) {
    try {
      return accessor.get();
    } catch (Throwable e) { // whatever it is, the failure must arrive
      return null;
    }
  }

  private int allowance() {
    return Math.max(LEAST_TEXT_LENGTH, Math.min(TEXT_LENGTH, left));
  }

  private @Nullable String taken(@Nullable String text) {
    String taken = bounded(text, allowance());
    left -= taken == null ? 0 : Math.min(left, taken.length());
    return taken;
  }

  private static @Nullable String bounded(@Nullable String text, int length) {
    return text == null ? null : clean(RemoteErrors.bounded(text, length));
  }

  /** Replaces halves of characters, which UTF-8 cannot encode. */
  private static String clean(String text) {
    return text.replaceAll("\\p{Cs}", "\uFFFD");
  }
}
