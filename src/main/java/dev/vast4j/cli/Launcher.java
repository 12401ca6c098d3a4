package dev.vast4j.cli;

import dev.vast4j.internal.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Starts the command line. Prints help that the build has rendered, which takes a fraction of the
 * time that loading the commands takes; leaves everything else to {@link Main}.
 */
final class Launcher {
  private Launcher() {}

  /**
   * Runs a command and exits with its code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    String command = helpOf(arguments);
    if (command == null || !printed(command)) {
      Main.main(arguments);
    }
  }

  /** {@return the command whose help is asked for and nothing else, or null} */
  static @Nullable String helpOf(String... arguments) {
    if (arguments.length == 1) {
      return isHelp(arguments[0]) || arguments[0].equals("help") ? HelpTexts.ALL : null;
    }
    if (arguments.length != 2) {
      return null;
    }
    String command =
        isHelp(arguments[1]) ? arguments[0] : arguments[0].equals("help") ? arguments[1] : "";
    for (int i = 0; i < command.length(); i++) {
      if (command.charAt(i) < 'a' || command.charAt(i) > 'z') {
        return null;
      }
    }
    return command.isEmpty() ? null : command;
  }

  private static boolean isHelp(String argument) {
    return argument.equals("--help") || argument.equals("-h");
  }

  /** Prints a command's help. Returns false when nothing fits this terminal or it fails. */
  private static boolean printed(String command) {
    int columns = Terminal.width(System.console(), System.getenv()).orElse(HelpTexts.WIDTH);
    String file = HelpTexts.file(command, Ansi.AUTO.enabled());
    try (InputStream text = Launcher.class.getResourceAsStream(file)) {
      if (text == null || columns < HelpTexts.WIDTH) {
        return false;
      }
      // Stays open, for Main to say what is wrong with it.
      OutputStream out = new FileOutputStream(FileDescriptor.out);
      out.write(text.readAllBytes());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
