package dev.vast4j.internal.wire;

import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stack frames: as text, from text, and without those of this library. */
public final class Frames {
  /** The most frames read from a text; the JVM records 1,024. */
  private static final int MOST = 2_048;

  private static final String OWN = "dev.vast4j.";
  private static final List<String> PLATFORM = List.of("java.", "javax.", "jdk.", "sun.");
  private static final List<String> REFLECTION =
      List.of("java.lang.reflect.", "jdk.internal.reflect.", "java.lang.invoke.");

  private Frames() {}

  /**
   * Returns the frames without this library's and without the proxy's above a caller's.
   *
   * @param frames of the current thread, in the caller's process
   */
  public static StackTraceElement[] ofCaller(StackTraceElement[] frames) {
    List<StackTraceElement> kept = new ArrayList<>();
    for (StackTraceElement frame : frames) {
      if (!own(frame) && !(kept.isEmpty() && reflective(frame))) {
        kept.add(frame);
      }
    }
    return kept.isEmpty() ? frames : kept.toArray(StackTraceElement[]::new);
  }

  /** Returns the frames of a function, without those below that called it on a worker. */
  static StackTraceElement[] ofFunction(StackTraceElement[] frames) {
    int end = frames.length;
    int own = end;
    while (end > 0
        && (own(frames[end - 1]) || in(frames[end - 1], PLATFORM) || reflective(frames[end - 1]))) {
      end--;
      if (own(frames[end])) {
        own = end;
      }
    }
    while (own > 0 && own < frames.length && reflective(frames[own - 1])) {
      own--;
    }
    return own == 0 ? frames : Arrays.copyOf(frames, own);
  }

  private static boolean reflective(StackTraceElement frame) {
    return in(frame, REFLECTION) || frame.getClassName().contains("$Proxy");
  }

  private static boolean in(StackTraceElement frame, List<String> packages) {
    return packages.stream().anyMatch(frame.getClassName()::startsWith);
  }

  /** Whether the frame's class came from where this one did; a program may share the prefix. */
  private static boolean own(StackTraceElement frame) {
    String name = frame.getClassName();
    if (!name.startsWith(OWN)) {
      return false;
    }
    try {
      Class<?> type = Class.forName(name, false, Frames.class.getClassLoader());
      return Objects.equals(source(type), source(Frames.class));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static @Nullable Object source(Class<?> type) {
    ProtectionDomain domain = type.getProtectionDomain();
    CodeSource source = domain == null ? null : domain.getCodeSource();
    return source == null ? null : source.getLocation();
  }

  /**
   * Returns the frames as the JVM prints them. Those at the end that the enclosing exception has
   * too become {@code ... n more}.
   *
   * @param limit the most characters
   */
  static String print(StackTraceElement[] frames, StackTraceElement[] enclosing, int limit) {
    int common = 0;
    while (common < frames.length - 1
        && common < enclosing.length
        && frames[frames.length - 1 - common].equals(enclosing[enclosing.length - 1 - common])) {
      common++;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < frames.length - common; i++) {
      String line = "\tat " + frames[i] + "\n";
      if (text.length() + line.length() > limit) {
        return text.append("\t…\n").toString();
      }
      text.append(line);
    }
    return common == 0 ? text.toString() : text.append("\t... " + common + " more\n").toString();
  }

  /**
   * Reads the first exception's frames from a printed stack trace.
   *
   * @param enclosing frames of the exception that has this one as its cause
   */
  public static StackTraceElement[] parse(String printed, StackTraceElement[] enclosing) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (String line : (Iterable<String>) printed.lines().limit(MOST)::iterator) {
      StackTraceElement frame = frame(line.strip());
      if (frame != null) {
        frames.add(frame);
      } else if (!frames.isEmpty()) {
        int common = common(line.strip());
        frames.addAll(
            Arrays.asList(enclosing)
                .subList(Math.max(0, enclosing.length - common), enclosing.length));
        break;
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }

  private static int common(String line) {
    String count =
        line.startsWith("... ") && line.endsWith(" more") && line.length() > 9
            ? line.substring(4, line.length() - 5)
            : "";
    return Math.max(0, number(count));
  }

  /** Reads {@code at loader/module@version/Class.method(File:line)}. */
  private static @Nullable StackTraceElement frame(String line) {
    int open = line.lastIndexOf('(');
    int dot = line.lastIndexOf('.', open);
    if (!line.startsWith("at ") || !line.endsWith(")") || dot < 0) {
      return null;
    }
    String type = line.substring(3, dot);
    int slash = type.lastIndexOf('/');
    if (slash > 0 && type.startsWith("0x", slash + 1)) {
      slash = type.lastIndexOf('/', slash - 1); // a hidden class, such as a lambda's
    }
    String module = type.substring(type.lastIndexOf('/', slash - 1) + 1, Math.max(0, slash));
    int version = module.indexOf('@');
    module = version < 0 ? module : module.substring(0, version);
    String name = type.substring(slash + 1);
    String method = line.substring(dot + 1, open);
    if (name.isEmpty() || method.isEmpty()) {
      return null;
    }
    String file = line.substring(open + 1, line.length() - 1);
    int colon = file.lastIndexOf(':');
    int number = colon < 0 ? -1 : number(file.substring(colon + 1));
    boolean unknown = file.equals("Unknown Source");
    boolean isNative = file.equals("Native Method");
    return new StackTraceElement(
        null,
        module.isEmpty() ? null : module,
        null,
        name,
        method,
        unknown || isNative ? null : number < 0 ? file : file.substring(0, colon),
        isNative ? -2 : number);
  }

  private static int number(String digits) {
    return !digits.isEmpty()
            && digits.length() < 10
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Integer.parseInt(digits)
        : -1;
  }
}
