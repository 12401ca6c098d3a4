package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of an engine is found by the file that only its owner can read. */
@Timeout(60)
class OpenCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsTheUrlOfTheEngineOnAPort() {
    try (LocalVast engine = LocalVast.start();
        LocalVast other = LocalVast.start()) {
      assertThat(run("open", "--print", "--port", "" + engine.url().getPort())).isZero();
      assertThat(text(out)).isEqualTo(engine.pageUrl() + "\n");
      assertThat(run("open", "--print", "a b", "--port", "" + other.url().getPort())).isZero();
      assertThat(text(out)).isEqualTo(other.pageUrl() + "#/deployments/a%20b\n");
      assertThat(run("open", "--print")).isEqualTo(2);
      assertThat(text(err)).contains("several engines run", "" + engine.url().getPort());
      assertThat(text(err)).doesNotContain("token=");
    }
  }

  @Test
  void findsTheEngineOfAFolder(@TempDir Path folder) throws Exception {
    assertThat(run("open", "--print", "--folder", folder.toString())).isEqualTo(1);
    assertThat(text(err)).contains("no engine of yours runs in");
    String before;
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().folder(folder))) {
      assertThat(run("open", "--json", "--folder", folder.toString())).isZero();
      assertThat(text(out)).contains("\"url\" : \"" + engine.pageUrl());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(engine.pageUrlFile())))
          .isEqualTo("rw-------");
      before = engine.pageUrl().getQuery();
    }
    try (LocalVast again = LocalVast.start(LocalOptions.defaults().folder(folder))) {
      assertThat(again.pageUrl().getQuery()).as("open pages stay signed in").isEqualTo(before);
    }
  }

  @Test
  void takesNoUrlFromAFileOfAnEndedEngine(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("page_url"), "http://127.0.0.1:1/?token=page-1\n999999999 1\n");
    assertThat(RunningEngine.in(folder)).isNull();
    Files.writeString(
        folder.resolve("page_url"),
        "http://evil.example/?token=page-1\n" + ProcessHandle.current().pid() + " 1\n");
    assertThat(RunningEngine.in(folder)).isNull();
  }

  @Test
  void namesThePortThatHasNoEngine() {
    assertThat(run("open", "--print", "--port", "1")).isEqualTo(1);
    assertThat(text(err)).contains("no engine of yours listens on port 1");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        false);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
