package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The bundle's {@code deployment.py}, run by Python with a {@code java} that records its runs. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {
  /** Uses no other program, so that tests can set the path. */
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
        echo 'openjdk version "21.0.4" 2024-07-16' >&2
        exit 0
      fi
      echo "$* in $PWD, MARK=$MARK, VAST4J_WATCH_STDIN=$VAST4J_WATCH_STDIN, pid $$" >> "$RECORD"
      if [ "$1" = @vast4j/fetch.args ]; then
        while [ -n "$WAIT" ] && read line; do :; done
        echo "fetcher ends" >> "$RECORD"
        exit "${FETCH_EXIT:-0}"
      fi
      exit 7
      """;

  private static final String FETCH = "@vast4j/fetch.args";
  private static final String WORKER = "@vast4j/java.args";

  private static String python = "";

  @TempDir Path temp;
  private Path bundle;
  private Path record;
  private Path javaHome;

  /**
   * What came of a script.
   *
   * @param pid of the script, and of what replaced it
   * @param runs what the fake java recorded
   */
  private record Outcome(int exitCode, String output, long pid, List<String> runs) {}

  /** Finds Python itself: {@code python3} may be a script that needs the path. */
  @BeforeAll
  static void findPython() {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
      python = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      python = "";
    }
    assumeTrue(!python.isEmpty(), "python3 runs");
  }

  @BeforeEach
  void createBundle() throws IOException {
    bundle = Files.createDirectories(temp.resolve("work dir/vast4j")).getParent().toRealPath();
    record = temp.resolve("record.txt");
    javaHome = temp.resolve("jdk");
    Path java = Files.createDirectories(javaHome.resolve("bin")).resolve("java");
    Files.writeString(java, FAKE_JAVA);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.createFile(bundle.resolve("vast4j/fetch.tsv"));
    Files.createFile(bundle.resolve("vast4j/assets.tsv"));
  }

  private void writeScript(int release, @Nullable Path home) throws IOException {
    try (InputStream in = JavaLayout.class.getResourceAsStream("deployment.py")) {
      Files.writeString(
          bundle.resolve("deployment.py"),
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .replace("@RELEASE@", String.valueOf(release))
              .replace("@JAVA_HOME@", home == null ? "None" : "\"" + home + "\""));
    }
  }

  private Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(python, bundle.resolve("deployment.py").toString())
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("output.txt").toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(Map.of("RECORD", record.toString(), "MARK", "kept"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Outcome run(Map<String, String> environment) throws Exception {
    Process process = start(environment);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(), Files.readString(temp.resolve("output.txt")), process.pid(), runs());
  }

  private List<String> runs() throws IOException {
    return Files.exists(record) ? Files.readAllLines(record) : List.of();
  }

  private void awaitRun(String start) throws Exception {
    while (runs().stream().noneMatch(line -> line.startsWith(start))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String workerRun(Outcome outcome) {
    return WORKER + " in " + bundle + ", MARK=kept, VAST4J_WATCH_STDIN=, pid " + outcome.pid();
  }

  @Test
  void becomesJavaInTheWorkingDirectory() throws Exception {
    writeScript(21, javaHome);
    Outcome outcome = run(Map.of());
    assertThat(outcome.runs()).containsExactly(workerRun(outcome));
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.output()).isEmpty();
  }

  @Test
  void findsJavaOnThePath() throws Exception {
    writeScript(17, null);
    Outcome outcome = run(Map.of("PATH", javaHome.resolve("bin").toString()));
    assertThat(outcome.runs()).containsExactly(workerRun(outcome));
  }

  @Test
  void findsJavaOfTheVariable() throws Exception {
    writeScript(17, null);
    Outcome outcome = run(Map.of("PATH", "/nowhere", "JAVA_HOME", javaHome.toString()));
    assertThat(outcome.runs()).containsExactly(workerRun(outcome));
  }

  @Test
  void prefersJavaHomeOfTheImage() throws Exception {
    writeScript(17, temp.resolve("other"));
    Outcome outcome = run(Map.of("PATH", javaHome.resolve("bin").toString()));
    assertThat(outcome.runs()).isEmpty();
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.output())
        .isEqualTo(
            "vast4j: this deployment needs Java 17 or newer; found: %1$s/bin/java (does not run)."
                    .formatted(temp.resolve("other"))
                + " To fix: correct Image.javaHome, which is %s, or remove it to have Java installed.\n"
                    .formatted(temp.resolve("other")));
  }

  @Test
  void refusesAnOlderJava() throws Exception {
    writeScript(99, null);
    Outcome outcome = run(Map.of("PATH", javaHome.resolve("bin").toString()));
    assertThat(outcome.runs()).isEmpty();
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.output())
        .startsWith(
            "vast4j: this deployment needs Java 99 or newer; found: "
                + javaHome.resolve("bin/java")
                + " (Java 21)")
        .contains("To fix: install openjdk-99-jre-headless with Image.aptGet");
  }

  @Test
  void usesTheClassArchiveOfAnEarlierBoot() throws Exception {
    writeScript(17, javaHome);
    Files.createFile(bundle.resolve("vast4j/classes.jsa"));
    assertThat(run(Map.of()).runs())
        .singleElement()
        .asString()
        .startsWith(
            "-XX:SharedArchiveFile=vast4j/classes.jsa -Xshare:auto @vast4j/java.args in " + bundle);
  }

  @Test
  void fetchesMissingJarsFirst() throws Exception {
    writeScript(17, javaHome);
    nameJar(5);
    Outcome outcome = run(Map.of());
    assertThat(outcome.runs()).hasSize(3).endsWith("fetcher ends", workerRun(outcome));
    assertThat(outcome.runs().get(0))
        .startsWith(FETCH + " in " + bundle + ", MARK=kept, VAST4J_WATCH_STDIN=true, pid ")
        .doesNotEndWith("pid " + outcome.pid());
  }

  @Test
  void fetchesNothingWhenJarsAreThere() throws Exception {
    writeScript(17, javaHome);
    nameJar(5);
    Files.writeString(bundle.resolve("vast4j/a.jar"), "12345");
    assertThat(run(Map.of()).runs()).singleElement().asString().startsWith(WORKER);
  }

  @Test
  void fetchesJarsOfAnotherSize() throws Exception {
    writeScript(17, javaHome);
    nameJar(5);
    Files.writeString(bundle.resolve("vast4j/a.jar"), "1234");
    assertThat(run(Map.of()).runs()).first().asString().startsWith(FETCH);
  }

  @Test
  void fetchesAssetsFirst() throws Exception {
    writeScript(17, javaHome);
    Files.writeString(bundle.resolve("vast4j/assets.tsv"), "one\t0\t5\thttp://bucket/one\t\n");
    assertThat(run(Map.of()).runs()).first().asString().startsWith(FETCH);
  }

  @Test
  void endsWhenFetchingFails() throws Exception {
    writeScript(17, javaHome);
    nameJar(5);
    Outcome outcome = run(Map.of("FETCH_EXIT", "3"));
    assertThat(outcome.runs()).hasSize(2).last().isEqualTo("fetcher ends");
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.output())
        .isEqualTo("vast4j: fetching jars and assets failed with exit code 3\n");
  }

  @Test
  void fetcherEndsWithTheScript() throws Exception {
    writeScript(17, javaHome);
    nameJar(5);
    Process process = start(Map.of("WAIT", "true"));
    awaitRun(FETCH);
    process.destroyForcibly().waitFor();
    awaitRun("fetcher ends");
    assertThat(runs()).hasSize(2);
  }

  private void nameJar(int size) throws IOException {
    Files.writeString(
        bundle.resolve("vast4j/fetch.tsv"), "org/a.jar\t0\t" + size + "\tvast4j/a.jar\n");
  }
}
