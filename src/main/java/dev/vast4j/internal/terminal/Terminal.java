package dev.vast4j.internal.terminal;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The terminal that this process prints to, if any. */
public final class Terminal {
  private static final File TTY = new File("/dev/tty");
  private static final int USUAL = 80;
  private static final int LEAST = 20;

  private Terminal() {}

  /** {@return whether standard input and output are a terminal that can change a line in place} */
  public static boolean canRedraw(@Nullable Console console, Map<String, String> environment) {
    return console != null
        && isTerminal(console)
        && !"dumb".equals(environment.get("TERM"))
        && !environment.containsKey("CI");
  }

  /** Since JDK 22 a console may exist without a terminal. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /**
   * Returns the width of the output: what {@code COLUMNS} says, else the terminal's. Runs {@code
   * stty}, which takes some milliseconds.
   *
   * @return the number of columns, at least 20; empty when the output is no terminal
   */
  public static OptionalInt width(@Nullable Console console, Map<String, String> environment) {
    String given = environment.get("COLUMNS");
    if (given != null && given.matches("[1-9][0-9]{0,5}")) {
      return OptionalInt.of(Math.max(LEAST, Integer.parseInt(given)));
    }
    if (console == null || !isTerminal(console)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(TTY.canRead() ? asked() : USUAL);
  }

  private static int asked() {
    Process process;
    try {
      process =
          new ProcessBuilder("stty", "size")
              .redirectInput(TTY)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return USUAL;
    }
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        return USUAL;
      }
      String size = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String[] parts = size.strip().split(" ", -1);
      return parts.length == 2 && parts[1].matches("[1-9][0-9]{0,5}")
          ? Math.max(LEAST, Integer.parseInt(parts[1]))
          : USUAL;
    } catch (IOException e) {
      return USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    } finally {
      process.destroyForcibly();
    }
  }
}
