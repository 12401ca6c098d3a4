package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.internal.bundle.IgnoreRules.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays out by its name, and which of several {@code .vastignore} files has the last word. */
class IgnoreRulesTest {
  @TempDir Path work;

  private Verdict verdict(IgnoreRules rules, String relative) throws IOException {
    return rules.verdict(relative, work.resolve(relative), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".env",
        ".ENV",
        ".env.local",
        ".Env.Production",
        ".env.",
        ".netrc",
        "_netrc",
        ".npmrc",
        ".git-credentials",
        ".Git-Credentials",
        "id_ed25519_sk",
        "ID_RSA",
        "vast_api_key",
        "my.p12",
        "my.PFX",
        "server.keystore",
        "a.b.jks",
        ".ppk",
        "sub/.env",
        "a/b/id_rsa"
      })
  void withholdsSecretsByName(String name) throws IOException {
    assertThat(verdict(IgnoreRules.builtIn(), name)).isEqualTo(Verdict.WITHHELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".git", ".DS_Store", ".ds_store", "__pycache__", "a.pyc", "A.PYC", ".pyc"})
  void ignoresClutter(String name) throws IOException {
    assertThat(verdict(IgnoreRules.builtIn(), name)).isEqualTo(Verdict.IGNORED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env",
        ".envrc",
        "x.env",
        ".env-example",
        ".env.example",
        ".ENV.Sample",
        ".env.template",
        ".env.dist",
        "id_rsa.pub",
        "id_rs",
        "my.p1",
        "p12",
        "jks",
        "cacerts.jks.txt",
        "truststore.jks",
        "my-Trust.P12",
        "a.py",
        "git",
        "pyc",
        "pycache",
        ".gitignore",
        "no.pem",
        "no.key",
        ""
      })
  void takesOtherFiles(String name) throws IOException {
    assertThat(verdict(IgnoreRules.builtIn(), name)).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void judgesFoldersByTheirWholeName() throws IOException {
    IgnoreRules rules = IgnoreRules.builtIn();
    assertThat(rules.verdict("a.pyc", work, true)).isEqualTo(Verdict.TAKEN);
    assertThat(rules.verdict("my.p12", work, true)).isEqualTo(Verdict.TAKEN);
    assertThat(rules.verdict(".env.local", work, true)).isEqualTo(Verdict.TAKEN);
    assertThat(rules.verdict(".ssh", work, true)).isEqualTo(Verdict.WITHHELD);
    assertThat(rules.verdict("__pycache__", work, true)).isEqualTo(Verdict.IGNORED);
  }

  @Test
  void withholdsPemFilesThatHoldAPrivateKey() throws IOException {
    Files.writeString(work.resolve("own.pem"), "text\n-----BEGIN EC PRIVATE KEY-----\n");
    Files.writeString(work.resolve("own.KEY"), "-----BEGIN PRIVATE KEY-----\n");
    Files.writeString(work.resolve("all.pem"), "-----BEGIN CERTIFICATE-----\n");
    Files.createDirectory(work.resolve("folder.pem"));
    IgnoreRules rules = IgnoreRules.builtIn();
    assertThat(verdict(rules, "own.pem")).isEqualTo(Verdict.WITHHELD);
    assertThat(verdict(rules, "own.KEY")).isEqualTo(Verdict.WITHHELD);
    assertThat(verdict(rules, "all.pem")).isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "folder.pem")).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void readsIgnoreFilesFromTheWorkingDirectoryDown() throws IOException {
    Path app = Files.createDirectories(work.resolve("src/app"));
    ignore(work, "*.log\n/src/app/only-here\n/only-here-too\n*.tmp\n");
    ignore(work.resolve("src"), "!keep.log\napp/data/*.bin\n");
    IgnoreRules rules = IgnoreRules.around(app, work);
    assertThat(verdict(rules, "a.log")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "deep/er/a.log")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "keep.log")).as("the nearer file says so").isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "only-here")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "only-here-too")).as("beside, not here").isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "data/x.bin")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "other/x.bin")).isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, ".env")).as("the built-in list as well").isEqualTo(Verdict.WITHHELD);
  }

  @Test
  void readsNoIgnoreFilesAboveTheWorkingDirectory() throws IOException {
    Path app = Files.createDirectories(work.resolve("project/app"));
    Path elsewhere = Files.createDirectories(work.resolve("elsewhere"));
    ignore(work, "*\n");
    assertThat(verdict(IgnoreRules.around(app, work.resolve("project")), "a.log"))
        .isEqualTo(Verdict.TAKEN);
    assertThat(verdict(IgnoreRules.around(elsewhere, work.resolve("project")), "a.log"))
        .isEqualTo(Verdict.TAKEN);
    assertThat(verdict(IgnoreRules.around(app, app), "a.log")).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void appliesAnIgnoreFileToItsFolderOnly() throws IOException {
    ignore(Files.createDirectories(work.resolve("sub")), "*.log\n!.env\n/x\n");
    IgnoreRules rules = IgnoreRules.builtIn().within(work.resolve("sub"), "sub/");
    assertThat(verdict(rules, "sub/a.log")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "sub/more/a.log")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "sub/x")).isEqualTo(Verdict.IGNORED);
    assertThat(verdict(rules, "sub/more/x")).isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "sub/.env")).as("asked for").isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "a.log")).isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, "subs/a.log")).isEqualTo(Verdict.TAKEN);
    assertThat(verdict(rules, ".env")).isEqualTo(Verdict.WITHHELD);
  }

  private static void ignore(Path folder, String lines) throws IOException {
    Files.writeString(folder.resolve(IgnoreRules.FILE_NAME), lines);
  }
}
