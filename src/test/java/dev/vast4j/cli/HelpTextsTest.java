package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The help that the build renders. */
class HelpTextsTest {
  @Test
  void everyCommandHasExamplesThatFitEightyColumns() {
    assertThat(HelpTexts.render())
        .hasSizeGreaterThan(36)
        .allSatisfy(
            (file, help) -> {
              assertThat(help).as(file).containsPattern("Examples?:");
              String plain = help.replaceAll("\u001b\\[[0-9;]*m", "");
              assertThat(plain).isEqualTo(HelpTexts.render().get(file.replace(".ansi", ".txt")));
              assertThat(plain.lines())
                  .allSatisfy(
                      line ->
                          assertThat(line).matches("[ -~]{0,80}").doesNotMatch(" *//.*|.*https?:"));
            });
  }

  @Test
  void breaksNoLineOfAFooter() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, nowhere, false, false, OptionalInt::empty);
    Main.commandLine(console, new String[0], false)
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(HelpTexts.render().get(HelpTexts.file(name, false)).lines())
                    .contains(command.getCommandSpec().usageMessage().footer()));
  }

  @Test
  void writesAFilePerCommand(@TempDir Path folder) throws Exception {
    HelpTexts.main(new String[] {folder.toString()});

    assertThat(folder.resolve("dev/vast4j/cli").resolve(HelpTexts.file("call", false)))
        .content()
        .startsWith("Usage: vast4j call ");
    assertThat(Files.readString(folder.resolve("dev/vast4j/cli/help/_all.ansi")))
        .contains("\u001b[");
  }

  @ParameterizedTest
  @CsvSource({
    "--help, _all",
    "-h, _all",
    "help, _all",
    "deploy --help, deploy",
    "deploy -h, deploy",
    "help deploy, deploy"
  })
  void launcherRecognizesHelp(String line, String command) {
    assertThat(Launcher.helpOf(line.split(" "))).isEqualTo(command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "deploy --json --help",
        "_all --help",
        "help ../x",
        "help --help x",
        "help --json"
      })
  void launcherLeavesEverythingElse(String line) {
    assertThat(Launcher.helpOf(line.split(" "))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "5123456, 5.1 MB",
    "2500000000, 2.5 GB"
  })
  void sizesAreForPeople(long bytes, String text) {
    assertThat(Sizes.text(bytes)).isEqualTo(text);
  }
}
