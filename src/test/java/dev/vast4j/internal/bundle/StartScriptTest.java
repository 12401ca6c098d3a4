package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.vast4j.Image;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundle's {@code deployment.py}, run by Python with programs that record their runs, and an
 * engine that records the reports.
 */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {
  /** Runs what the variables FETCHER and WORKER say; uses no other program. */
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
        echo 'openjdk version "%s.0.4" 2024-07-16' >&2
        exit 0
      fi
      echo "$* in $PWD, MARK=$MARK, VAST4J_WATCH_STDIN=$VAST4J_WATCH_STDIN, pid $$" >> "$RECORD"
      if [ "$1" = @vast4j/fetch.args ]; then
        eval "$FETCHER"
      else
        eval "${WORKER:-read line}"
      fi
      """;

  private static final String FETCH = "@vast4j/fetch.args";
  private static final String WORKER = "@vast4j/java.args";
  private static final Image IMAGE = Image.of("image", 16);

  /** No machine has it. */
  private static final int FUTURE = 97;

  private static String python = "";

  @TempDir Path temp;
  private Path bundle;
  private Path bin;
  private Path record;
  private Path javaHome;
  private HttpServer engine;
  private Process process;
  private final LinkedBlockingQueue<JsonNode> reports = new LinkedBlockingQueue<>();
  private final Map<String, String> environment = new HashMap<>();

  /** Finds Python itself: {@code python3} may be a script that needs the path. */
  @BeforeAll
  static void findPython() {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
      python = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
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
    bin = Files.createDirectory(temp.resolve("bin"));
    program(bin.resolve("sh"), "#!/bin/sh\nexec /bin/sh \"$@\"\n");
    java(javaHome, 21);
    Files.createFile(bundle.resolve("vast4j/fetch.tsv"));
    Files.createFile(bundle.resolve("vast4j/assets.tsv"));
    engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext(
        "/worker_status/",
        exchange -> {
          try (exchange) {
            reports.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    engine.createContext(
        "/java.tar.gz",
        exchange -> {
          try (exchange) {
            byte[] archive = Files.readAllBytes(temp.resolve("java.tar.gz"));
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
          }
        });
    engine.start();
    environment.putAll(
        Map.of(
            "PATH", bin.toString(),
            "RECORD", record.toString(),
            "MARK", "kept",
            "REPORT_ADDR", "http://127.0.0.1:1, " + url() + "/",
            "CONTAINER_ID", "12",
            "MASTER_TOKEN", "token-of-the-worker",
            "PUBLIC_IPADDR", "10.0.0.1",
            "WORKER_PORT", "3000",
            "VAST_TCP_PORT_3000", "40000"));
  }

  @AfterEach
  void end() throws Exception {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    engine.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + engine.getAddress().getPort();
  }

  private static void java(Path home, int release) throws IOException {
    program(
        Files.createDirectories(home.resolve("bin")).resolve("java"), FAKE_JAVA.formatted(release));
  }

  private static void program(Path path, String script) throws IOException {
    Files.writeString(path, script);
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  /** Adds a program that records its arguments, then runs a script. */
  private void program(String name, String script) throws IOException {
    program(bin.resolve(name), "#!/bin/sh\necho \"" + name + " $*\" >> \"$RECORD\"\n" + script);
  }

  /** A script that puts a java onto the path. */
  private String installJava(int release) throws IOException {
    Path copy = temp.resolve("installed");
    java(copy, release);
    return "while read -r line; do echo \"$line\"; done < %s > %s; /bin/chmod +x %2$s"
        .formatted("'" + copy.resolve("bin/java") + "'", "'" + bin.resolve("java") + "'");
  }

  private void start(int release, Image image, BundleConfig.Variable... variables)
      throws IOException {
    BundleConfig config =
        new BundleConfig(
            "name", image.pipInstalls(), image.aptGets(), List.of(variables), image.runs());
    Files.write(bundle.resolve("config.json"), config.withoutSetup().toJson());
    Files.write(
        bundle.resolve("vast4j/setup.json"),
        config.toSetupJson(release, image.javaHome(), image.javaArchive()));
    for (BundleConfig.Variable variable : variables) {
      environment.put(variable.name(), variable.value());
    }
    try (InputStream in = JavaLayout.class.getResourceAsStream("deployment.py")) {
      Files.writeString(
          bundle.resolve("deployment.py"),
          new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
              .replaceFirst("RETRY_AFTER = .*", "RETRY_AFTER = [0, 0]")
              .replaceFirst("RESTART_AFTER = .*", "RESTART_AFTER = [0, 0]")
              .replaceFirst("FULL = .*", "FULL = 0")
              .replaceFirst("REPORT_EVERY = .*", "REPORT_EVERY = 0.1"));
    }
    start(bundle.resolve("deployment.py").toString());
  }

  private void start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(bundle.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("output.txt").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    process = builder.start();
  }

  private String output() throws IOException {
    return Files.readString(temp.resolve("output.txt"));
  }

  private List<String> runs() throws IOException {
    return Files.exists(record) ? Files.readAllLines(record) : List.of();
  }

  private String awaitRun(String start) throws Exception {
    for (; ; ) {
      for (String run : runs()) {
        if (run.startsWith(start)) {
          return run;
        }
      }
      assertThat(process.isAlive()).as("it runs: %s", output()).isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Waits for a report that comes twice: one that is repeated for ever. */
  private String lastReport() throws Exception {
    String before = "";
    for (int i = 0; i < 50; i++) {
      JsonNode report = reports.poll(20, TimeUnit.SECONDS);
      assertThat(report).as("a report; the log: %s", output()).isNotNull();
      String message = report.path("error_msg").asText();
      String reason = message.replaceFirst("^Worker failed to launch: ", "");
      // The reason of a restart may come twice as well.
      if (message.equals(before) && output().contains("Worker failed to launch: " + reason)) {
        assertThat(process.isAlive()).isTrue();
        return reason;
      }
      before = message;
    }
    throw new AssertionError("no lasting report; the last: " + before);
  }

  private static ProcessHandle processOf(String run) {
    return ProcessHandle.of(Long.parseLong(run.replaceFirst(".*pid ", ""))).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle handle) throws Exception {
    handle.onExit().get(20, TimeUnit.SECONDS);
  }

  private void nameJar(int size) throws IOException {
    Files.writeString(
        bundle.resolve("vast4j/fetch.tsv"), "org/a.jar\t0\t" + size + "\tvast4j/a.jar\n");
  }

  // -- Java ---------------------------------------------------------------------------------

  @Test
  void startsJavaInTheWorkingDirectory() throws Exception {
    start(21, IMAGE.javaHome(javaHome.toString()));
    assertThat(awaitRun(WORKER))
        .startsWith(WORKER + " in " + bundle + ", MARK=kept, VAST4J_WATCH_STDIN=true, pid ")
        .doesNotEndWith("pid " + process.pid());
    assertThat(reports).isEmpty();
  }

  /** The bootstrap imports the script; files of the bundle must not replace Python's modules. */
  @Test
  void startsWhenItIsImported() throws Exception {
    start(21, IMAGE.javaHome(javaHome.toString()));
    awaitRun(WORKER);
    process.destroyForcibly().waitFor();
    Files.delete(record);
    for (String module : List.of("json", "select", "tarfile")) {
      Files.writeString(bundle.resolve(module + ".py"), "raise SystemExit('shadowed')\n");
    }
    start("-c", "import deployment");
    assertThat(awaitRun(WORKER)).contains(" in " + bundle);
  }

  @Test
  void findsJavaOnThePath() throws Exception {
    environment.put("PATH", javaHome.resolve("bin") + ":" + bin);
    start(17, IMAGE);
    awaitRun(WORKER);
  }

  @Test
  void findsJavaOfTheVariable() throws Exception {
    environment.put("JAVA_HOME", javaHome.toString());
    start(17, IMAGE);
    awaitRun(WORKER);
  }

  @Test
  void findsJavaThatAScriptInstalls() throws Exception {
    Path other = temp.resolve("other");
    start(
        17,
        IMAGE
            .javaHome(other.toString())
            .runScript("/bin/cp -r '" + javaHome + "' '" + other + "'"));
    awaitRun(WORKER);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its image has no Java at javaHome",
      of = "worker that starts",
      outcome = "reports what was found")
  void reportsWrongJavaHome() throws Exception {
    environment.put("PATH", javaHome.resolve("bin") + ":" + bin);
    start(17, IMAGE.javaHome(temp.resolve("other").toString()));
    assertThat(lastReport())
        .isEqualTo(
            "this deployment needs Java 17 or newer; found: %1$s/bin/java (does not run)."
                    .formatted(temp.resolve("other"))
                + " To fix: correct Image.javaHome, which is %s, or remove it to have Java installed"
                    .formatted(temp.resolve("other")));
    assertThat(runs()).isEmpty();
  }

  @Test
  void reportsWithTheFieldsOfTheProtocol() throws Exception {
    start(17, IMAGE.javaHome("/nowhere"));
    JsonNode report = reports.poll(20, TimeUnit.SECONDS);
    assertThat(report.path("id").asInt()).isEqualTo(12);
    assertThat(report.path("mtoken").asText()).isEqualTo("token-of-the-worker");
    assertThat(report.path("version").asText()).isEqualTo("1.1.0");
    assertThat(report.path("url").asText()).isEqualTo("http://10.0.0.1:40000");
    assertThat(report).hasSize(17);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its image has neither Java nor apt-get",
      of = "worker that starts",
      outcome = "reports what was tried")
  void reportsMissingApt() throws Exception {
    environment.put("PATH", javaHome.resolve("bin") + ":" + bin);
    start(FUTURE, IMAGE);
    assertThat(lastReport())
        .startsWith("this deployment needs Java 97 or newer; found: ")
        .contains(javaHome.resolve("bin/java") + " (Java 21)")
        .endsWith(
            ". Tried: cannot install Debian packages: the image has no apt-get. To fix: use an"
                + " image with Java, or name an archive of one with Image.javaArchive");
  }

  @Test
  void installsTheNextReleaseThatAptHas() throws Exception {
    program("apt-get", "case \"$*\" in *install*) " + installJava(29) + ";; esac");
    program(
        "apt-cache",
        "case \"$2\" in *-29-*) echo '  Candidate: 29.0.1';; *) echo '  Candidate: (none)';; esac");
    start(26, IMAGE);
    awaitRun(WORKER);
    assertThat(runs())
        .filteredOn(run -> run.startsWith("apt-"))
        .hasSize(4)
        .anyMatch(run -> run.endsWith("-qq update"))
        .anyMatch(run -> run.endsWith("install openjdk-29-jre-headless"));
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a package cannot be installed",
      of = "worker that starts",
      outcome = "retries, then reports what apt-get said")
  void reportsFailingApt() throws Exception {
    program("apt-get", "echo 'E: Unable to fetch some archives'; exit 100");
    program("apt-cache", "echo '  Candidate: 1'");
    start(FUTURE, IMAGE);
    assertThat(lastReport())
        .contains(
            ". Tried: apt-get install of openjdk-97-jre-headless ended with exit code 100: E:"
                + " Unable to fetch some archives (and apt-get update ended with exit code 100: ");
    assertThat(runs())
        .filteredOn(run -> run.startsWith("apt-get") && run.contains("install"))
        .hasSize(3);
  }

  @Test
  void recoversWhenAptWorksLater() throws Exception {
    Path once = temp.resolve("once");
    program(
        "apt-get",
        "case \"$*\" in *install*) [ -e '%1$s' ] || { echo > '%1$s'; exit 100; }; %2$s;; esac"
            .formatted(once, installJava(FUTURE)));
    program("apt-cache", "echo '  Candidate: 1'");
    start(FUTURE, IMAGE);
    awaitRun(WORKER);
    assertThat(reports).hasSize(1);
  }

  @Test
  void takesTheArchiveWhenAptHasNoJavaAndKeepsIt() throws Exception {
    Path home = temp.resolve("archive/jdk-97");
    java(home, FUTURE);
    tar(home.getParent());
    String sha256 = Digests.sha256Hex(Files.readAllBytes(temp.resolve("java.tar.gz")));
    program("apt-get", "exit 100");
    Image image = IMAGE.javaArchive(URI.create(url() + "/java.tar.gz?signature=hush"), sha256);
    start(FUTURE, image);
    awaitRun(WORKER);
    assertThat(runs()).filteredOn(run -> run.startsWith("apt-get")).hasSize(1);
    assertThat(output()).doesNotContain("hush");

    process.destroyForcibly().waitFor();
    Files.delete(temp.resolve("java.tar.gz"));
    Files.delete(record);
    start(FUTURE, image);
    assertThat(awaitRun(WORKER)).isEqualTo(runs().get(0));
  }

  @Test
  void refusesAnArchiveWithAnotherDigest() throws Exception {
    Files.writeString(temp.resolve("java.tar.gz"), "another");
    start(
        FUTURE,
        IMAGE.javaArchive(URI.create(url() + "/java.tar.gz?signature=hush"), "0".repeat(64)));
    assertThat(lastReport())
        .contains(
            "no apt-get. Tried: the Java archive " + url() + "/java.tar.gz: its SHA-256 is ",
            "To fix: correct Image.javaArchive")
        .doesNotContain("hush");
  }

  private void tar(Path folder) throws Exception {
    Process tar =
        new ProcessBuilder(
                "tar", "-czf", temp.resolve("java.tar.gz").toString(), "-C", folder.toString(), ".")
            .start();
    assertThat(tar.waitFor()).isZero();
  }

  // -- packages and scripts -----------------------------------------------------------------

  @Test
  void installsAndRunsInOrder() throws Exception {
    program("dpkg-query", "[ \"$4\" = git ] && echo -n 'ii 1.0'");
    program("apt-get", "echo \"frontend $DEBIAN_FRONTEND\" >> \"$RECORD\"");
    program("uv", "");
    start(
        21,
        IMAGE
            .javaHome(javaHome.toString())
            .runScript("echo script >> \"$RECORD\"")
            .runCmd("sh", "-c", "echo command >> \"$RECORD\"")
            .pipInstall("numpy")
            .aptGet("git", "ffmpeg"));
    awaitRun(WORKER);
    assertThat(runs())
        .filteredOn(run -> !run.startsWith("dpkg-query"))
        .map(
            run -> run.replaceFirst("^apt-get -o .* -qq ", "apt-get … ").replaceFirst(" in .*", ""))
        .containsExactly(
            "apt-get … update",
            "frontend noninteractive",
            "apt-get … install git ffmpeg",
            "frontend noninteractive",
            "uv pip install numpy",
            "script",
            "command",
            WORKER);
    assertThat(output()).contains("vast4j: running step 1 of 2 (a script)\n");
  }

  @Test
  void needsNoMirrorWhenPackagesAreThere() throws Exception {
    program("dpkg-query", "echo -n 'ii 1.0-1'");
    program("apt-get", "exit 100");
    start(21, IMAGE.javaHome(javaHome.toString()).aptGet("git", "libc6:amd64", "curl=1.0-1"));
    awaitRun(WORKER);
    assertThat(runs()).noneMatch(run -> run.startsWith("apt-get"));
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a script of its image fails",
      of = "worker that starts",
      outcome = "reports its number and last lines; no variable's value")
  void reportsFailingScriptWithoutSecrets() throws Exception {
    start(
        21,
        IMAGE
            .javaHome(javaHome.toString())
            .runScript("true")
            .runScript(
                "echo \"no such GPU $HF_TOKEN http://me:pass@proxy\"; echo $MASTER_TOKEN; exit 3"),
        new BundleConfig.Variable("HF_TOKEN", "hush"));
    assertThat(lastReport())
        .isEqualTo(
            "step 2 of 2 (a script) ended with exit code 3: no such GPU (value of HF_TOKEN)"
                + " http://proxy; (value of MASTER_TOKEN)");
  }

  @Test
  void reportsMissingProgram() throws Exception {
    start(21, IMAGE.javaHome(javaHome.toString()).runCmd("nvidia-smi", "secret"));
    assertThat(lastReport()).isEqualTo("nvidia-smi cannot be started: No such file or directory");
  }

  @Test
  void reportsFailingPip() throws Exception {
    program("uv", "echo 'No solution found'; exit 1");
    start(21, IMAGE.javaHome(javaHome.toString()).pipInstall("nmpy"));
    assertThat(lastReport())
        .isEqualTo("pip install of nmpy ended with exit code 1: No solution found");
    assertThat(runs()).hasSize(3);
  }

  // -- the worker ---------------------------------------------------------------------------

  @Test
  void usesTheClassArchiveOfAnEarlierBoot() throws Exception {
    Files.createFile(bundle.resolve("vast4j/classes.jsa"));
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(
        "-XX:SharedArchiveFile=vast4j/classes.jsa -Xshare:auto @vast4j/java.args in " + bundle);
  }

  @Test
  void fetchesMissingJarsFirst() throws Exception {
    nameJar(5);
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(WORKER);
    assertThat(runs().get(0))
        .startsWith(FETCH + " in " + bundle + ", MARK=kept, VAST4J_WATCH_STDIN=true, pid ");
  }

  @Test
  void fetchesNothingWhenJarsAreThere() throws Exception {
    nameJar(5);
    Files.writeString(bundle.resolve("vast4j/a.jar"), "12345");
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(WORKER);
    assertThat(runs()).hasSize(1);
  }

  @Test
  void fetchesJarsOfAnotherSize() throws Exception {
    nameJar(5);
    Files.writeString(bundle.resolve("vast4j/a.jar"), "1234");
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(FETCH);
  }

  @Test
  void fetchesAssetsFirst() throws Exception {
    Files.writeString(bundle.resolve("vast4j/assets.tsv"), "one\t0\t5\thttp://bucket/one\t\n");
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(FETCH);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a jar on its disk is damaged",
      of = "worker that starts",
      outcome = "fetches it again")
  void fetchesDamagedJarsAgain() throws Exception {
    nameJar(5);
    Files.writeString(bundle.resolve("vast4j/a.jar"), "12345");
    environment.put("WORKER", "[ -e vast4j/a.jar ] && exit 1; read line");
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun(FETCH);
    assertThat(bundle.resolve("vast4j/a.jar")).doesNotExist();
  }

  @Test
  void reportsFailingFetcher() throws Exception {
    nameJar(5);
    environment.put("FETCHER", "echo 'Unrecognized option: -Dx'; exit 3");
    start(17, IMAGE.javaHome(javaHome.toString()));
    assertThat(lastReport())
        .isEqualTo(
            "fetching jars and assets: java ended with exit code 3: Unrecognized option: -Dx"
                + " (started 3 times)");
    assertThat(runs()).hasSize(3);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its JVM does not accept a flag",
      of = "worker that starts",
      outcome = "reports what the JVM said")
  void reportsBadFlagOfARealJvm() throws Exception {
    Files.writeString(bundle.resolve("vast4j/java.args"), "-XX:+UseMagic\nMain\n");
    start(17, IMAGE.javaHome(System.getProperty("java.home")));
    assertThat(lastReport())
        .isEqualTo(
            "java ended with exit code 1: Unrecognized VM option 'UseMagic' (started 3 times)");
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its JVM is killed",
      outcome = "starts again, and reports why")
  void restartsKilledJvm() throws Exception {
    start(17, IMAGE.javaHome(javaHome.toString()));
    ProcessHandle first = processOf(awaitRun(WORKER));
    first.destroyForcibly();
    JsonNode report = reports.poll(20, TimeUnit.SECONDS);
    assertThat(report.path("error_msg").asText())
        .startsWith("Worker failed to launch: java was killed ");
    while (runs().size() < 2) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(processOf(runs().get(1)).isAlive()).isTrue();
    assertThat(reports).isEmpty();
  }

  /** One that leaks serves all other calls in between. */
  @Test
  void restartsAWorkerThatRanOutOfMemoryAnyNumberOfTimes() throws Exception {
    environment.put(
        "WORKER",
        "i=0; while read -r run; do i=$((i + 1)); done < \"$RECORD\";"
            + " [ $i -lt 7 ] && exit 3; read line");
    start(17, IMAGE.javaHome(javaHome.toString()));
    while (runs().size() < 7) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(processOf(runs().get(6)).isAlive()).isTrue();
    assertThat(output()).doesNotContain("started 3 times");
  }

  @Test
  void reportsCausesOfAnEnd() throws Exception {
    environment.put(
        "WORKER",
        "echo 'Picked up JAVA_TOOL_OPTIONS: -Dx'; echo 'Exception in thread \"main\" Boom: no GPU';"
            + " echo '\tat A.b(A.java:1)'; exit 1");
    start(17, IMAGE.javaHome(javaHome.toString()));
    assertThat(lastReport())
        .isEqualTo(
            "java ended with exit code 1: Exception in thread \"main\" Boom: no GPU (started 3"
                + " times)");
  }

  /** A process that the worker has started keeps its output open. */
  @Test
  void noticesTheEndOfAWorkerWithChildren() throws Exception {
    environment.put("WORKER", "/bin/sleep 60 & exit 5");
    start(17, IMAGE.javaHome(javaHome.toString()));
    assertThat(lastReport()).isEqualTo("java ended with exit code 5 (started 3 times)");
  }

  @Test
  void forwardsTermination() throws Exception {
    environment.put(
        "WORKER",
        "trap 'echo ends >> \"$RECORD\"; exit 0' TERM; echo ready >> \"$RECORD\"; read line");
    start(17, IMAGE.javaHome(javaHome.toString()));
    awaitRun("ready");
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(runs()).last().isEqualTo("ends");
    assertThat(reports).isEmpty();
  }

  @Test
  void endsWhenToldWhileItReports() throws Exception {
    start(17, IMAGE.javaHome("/nowhere"));
    lastReport();
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its start script is killed",
      outcome = "the JVM ends with it, so that its port is free")
  void javaEndsWithTheScript() throws Exception {
    environment.put("WORKER", "while :; do /bin/sleep 0.1; done");
    start(17, IMAGE.javaHome(javaHome.toString()));
    ProcessHandle worker = processOf(awaitRun(WORKER));
    process.destroyForcibly().waitFor();
    awaitEnd(worker);
  }

  @Test
  void fetcherEndsWithTheScript() throws Exception {
    nameJar(5);
    environment.put("FETCHER", "while read line; do :; done");
    start(17, IMAGE.javaHome(javaHome.toString()));
    ProcessHandle fetcher = processOf(awaitRun(FETCH));
    process.destroyForcibly().waitFor();
    awaitEnd(fetcher);
  }
}
