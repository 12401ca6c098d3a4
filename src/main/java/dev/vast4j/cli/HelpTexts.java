package dev.vast4j.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Renders the commands' help into files; the build runs it for {@link Launcher} to print them. */
final class HelpTexts {
  /** Columns of the rendered help, the most that help takes on any terminal. */
  static final int WIDTH = 80;

  /** Stands for the help that lists the commands. */
  static final String ALL = "_all";

  private HelpTexts() {}

  /** {@return a help text's file, relative to this package} */
  static String file(String command, boolean colour) {
    return "help/" + command + (colour ? ".ansi" : ".txt");
  }

  /** {@return the help of all commands by their files} */
  static Map<String, String> render() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, nowhere, false, false, OptionalInt::empty);
    CommandLine line = Main.commandLine(console, new String[0], false);
    line.setUsageHelpWidth(WIDTH);
    Map<String, String> texts = new TreeMap<>();
    for (boolean colour : new boolean[] {false, true}) {
      Help.ColorScheme scheme = Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF);
      texts.put(file(ALL, colour), line.getUsageMessage(scheme));
      line.getSubcommands()
          .forEach(
              (name, command) -> texts.put(file(name, colour), command.getUsageMessage(scheme)));
    }
    return texts;
  }

  /**
   * Writes the help of all commands.
   *
   * @param arguments the folder of classes to write into
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).resolve("dev/vast4j/cli");
    Files.createDirectories(folder.resolve("help"));
    for (Map.Entry<String, String> text : render().entrySet()) {
      Files.writeString(folder.resolve(text.getKey()), text.getValue());
    }
  }
}
