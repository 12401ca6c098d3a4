package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Secret;
import dev.vast4j.Vast;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.local.LocalVast;
import dev.vast4j.reference.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Boots bundles by the reference's bootstrap on a machine with nothing on it: a minimal Debian root
 * made by {@code debootstrap}. Skipped where it cannot be made: without root rights, {@code
 * debootstrap} or pip. The root is kept in {@code target/bare-machine} ({@code bare.root}).
 */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class BareMachineReferenceTest {
  /** How long a machine may take until its last report has the reason. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Path ROOT =
      Path.of(System.getProperty("bare.root", "target/bare-machine")).toAbsolutePath();

  private static LocalVast local;

  /** A function. */
  public interface Squares {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int square(int x) {
      return x * x;
    }
  }

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(succeeds("sh", "-c", "test $(id -u) = 0 && command -v debootstrap unshare chroot"));
    Reference.require();
    if (!Files.isDirectory(ROOT.resolve("opt/site"))) {
      assumeTrue(
          succeeds(
              "debootstrap",
              "--variant=minbase",
              "--include=ca-certificates,python3",
              "bookworm",
              ROOT.toString()));
      // Mirrors, proxies and certificates of this machine
      run(
          "cp -r /etc/apt/. $0/etc/apt/; cp -rL /etc/ssl/certs/. $0/etc/ssl/certs/;"
              + " cp -L /etc/resolv.conf /etc/hosts $0/etc/");
      run(
          "python3 -m pip install -q --target $0/opt/site --python-version 3.11"
              + " --only-binary=:all: aiohttp requests pycryptodome psutil anyio setuptools"
              + " && ln -s setuptools/_distutils $0/opt/site/distutils");
    }
    run(
        "rm -rf $0/opt/reference && mkdir -p $0/opt/reference $0/work && cp -r \"$(python3 -c"
            + " 'import os, vastai; print(os.path.dirname(vastai.__file__))')\" $0/opt/reference/");
    // Debian's Python 3.11.2 lacks the filter, which the reference sets.
    Files.writeString(
        ROOT.resolve("opt/site/sitecustomize.py"),
        """
        import tarfile
        if not hasattr(tarfile, "data_filter"):
            extract = tarfile.TarFile.extract
            tarfile.TarFile.extract = lambda *given, filter=None, **named: extract(*given, **named)
        """);
    local = LocalVast.start();
  }

  @AfterAll
  static void close() {
    if (local != null) {
      local.close();
    }
  }

  @Test
  @Order(1)
  void installsJavaAndBootsTwice() throws Exception {
    deploy("plain", Image.of("i", 8).aptGet("file"));
    assertReady("plain", "first");
    assertThat(ROOT.resolve("usr/bin/java")).exists();
    run("rm -rf $0/var/lib/apt/lists/*");
    assertReady("plain", "second");
  }

  @Test
  @Order(2)
  void namesAnAptThatFails() throws Exception {
    deploy("failing-apt", Image.of("i", 8).aptGet("tree"));
    withApt("#!/bin/sh\necho 'E: the mirror is down' >&2\nexit 100\n", "failing-apt", "tree");
  }

  @Test
  @Order(3)
  void namesAMissingApt() throws Exception {
    deploy("no-apt", Image.of("i", 8).aptGet("tree"));
    withApt(null, "no-apt", "apt-get");
  }

  @Test
  @Order(4)
  void namesAWrongJavaHome() throws Exception {
    deploy("java-home", Image.of("i", 8).javaHome("/opt/none"));
    assertReports("java-home", "/opt/none");
  }

  @Test
  @Order(5)
  void namesABadFlag() throws Exception {
    deploy("flag", Image.of("i", 8).jvmArgs("-XX:+UseMagic"));
    assertReports("flag", "UseMagic");
  }

  @Test
  @Order(6)
  void namesAFailingScriptWithoutItsSecret() throws Exception {
    deploy(
        "script",
        Image.of("i", 8)
            .env("TOKEN", Secret.from("test", () -> "hush-hush"))
            .runScript("echo no GPU $TOKEN; exit 3"));
    String reason = assertReports("script", "no GPU");
    assertThat(reason).doesNotContain("hush-hush");
  }

  @Test
  @Order(7)
  void namesACorruptJar() throws Exception {
    deploy(
        "jar",
        Image.of("i", 8)
            .runScript("for jar in $(find . -name '*.jar'); do echo broken > $jar; done"));
    assertReports("jar", "jar");
  }

  @Test
  @Order(8)
  void namesARepositoryThatIsAway() throws Exception {
    deploy("repository", Image.of("i", 8).env("VAST4J_REPOSITORIES", "http://127.0.0.1:1/maven"));
    assertReports("repository", "http://127.0.0.1:1/maven");
  }

  private static void deploy(String name, Image image) {
    try (Deployment app =
        Deployment.builder(name)
            .vast(local.client())
            .remote(Squares.class)
            .image(image)
            .autoscaling(Autoscaling.defaults().coldWorkers(0).minLoad(0))
            .build()) {
      app.ensureReady();
    }
  }

  /** Puts a program in the place of apt-get, or nothing, and expects a reason. */
  private static void withApt(String program, String name, String reason) throws Exception {
    Path apt = ROOT.resolve("usr/bin/apt-get");
    Path kept = ROOT.resolve("usr/bin/apt-get.kept");
    Files.move(apt, kept);
    try {
      if (program != null) {
        Files.writeString(apt, program);
        assertThat(apt.toFile().setExecutable(true)).isTrue();
      }
      assertReports(name, reason);
    } finally {
      Files.move(kept, apt, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void assertReady(String name, String folder) throws Exception {
    boot(
        name,
        folder,
        Duration.ofMinutes(4),
        status ->
            status.get("loadtime").doubleValue() > 0
                && status.get("error_msg").textValue().isEmpty(),
        engine -> {});
  }

  /**
   * Returns the last reason, which contains a text, while the process stays up: it is repeated, and
   * the caller's exception has it.
   */
  private static String assertReports(String name, String reason) throws Exception {
    Predicate<JsonNode> wanted = status -> status.get("error_msg").textValue().contains(reason);
    return boot(
            name,
            name,
            PATIENCE,
            wanted,
            engine -> {
              int reports = engine.statuses().size();
              List<JsonNode> later =
                  engine.await(
                      () -> {
                        List<JsonNode> all = engine.statuses();
                        return all.size() > reports ? all.subList(reports, all.size()) : null;
                      },
                      "another report");
              assertThat(later).allMatch(wanted);
              assertCallerSees(
                  name, later.get(later.size() - 1).get("error_msg").textValue(), engine);
            })
        .get("error_msg")
        .textValue();
  }

  /** Shows the worker's report to a client, as the service's engine does. */
  private static void assertCallerSees(String name, String reason, RecordingEngine engine) {
    engine.serve(
        "/get_endpoint_workers/",
        asked -> {
          ArrayNode workers = RecordingEngine.JSON.createArrayNode();
          workers.addObject().put("id", 7).put("status", "error").put("error_msg", reason);
          return workers;
        });
    engine.serve(
        "/route/",
        asked ->
            RecordingEngine.JSON
                .createObjectNode()
                .put("endpoint", name)
                .put("status", "error: 1"));
    try (Vast vast =
            Vast.builder()
                .apiKey(local.apiKey())
                .webUrl(local.url().toString())
                .engineUrl(engine.url())
                .build();
        Deployment app = Deployment.attach(name, "default", vast)) {
      String start = reason.substring(0, Math.min(reason.length(), 100));
      assertThatThrownBy(() -> app.awaitWorkers(1, Duration.ofSeconds(30)))
          .isInstanceOf(WorkersNotReadyException.class)
          .hasMessageContaining(start);
      assertThatThrownBy(
              () ->
                  app.remote(Squares.class, CallOptions.defaults().timeout(Duration.ofSeconds(8)))
                      .square(2))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining(start);
    }
  }

  /** Looks at the reports once the wanted one has come. */
  @FunctionalInterface
  private interface Look {
    void at(RecordingEngine engine) throws Exception;
  }

  private static JsonNode boot(
      String name, String folder, Duration patience, Predicate<JsonNode> wanted, Look look)
      throws Exception {
    Path output = Files.createTempFile("bare", ".log");
    run("rm -rf $0/work/" + folder + " && mkdir $0/work/" + folder);
    try (RecordingEngine engine = new RecordingEngine()) {
      Map<String, String> environment =
          new HashMap<>(BootedWorker.environment(name, local, engine));
      environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
      environment.put("HOME", "/root");
      environment.put("PYTHONPATH", "/opt/reference:/opt/site");
      ProcessBuilder builder =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "sh",
                  "-c",
                  "mount --bind /dev $0/dev && mount -t proc proc $0/proc && exec chroot $0 sh -c"
                      + " 'cd /work/"
                      + folder
                      + " && exec python3 -m vastai.serverless.remote.serve_deployment'",
                  ROOT.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        long deadline = System.nanoTime() + patience.toNanos();
        JsonNode last = null;
        while (System.nanoTime() - deadline < 0) {
          List<JsonNode> statuses = engine.statuses();
          last = statuses.isEmpty() ? null : statuses.get(statuses.size() - 1);
          if (last != null && wanted.test(last)) {
            break;
          }
          assertThat(process.waitFor(200, TimeUnit.MILLISECONDS))
              .as("the process ended:%n%s", Files.readString(output))
              .isFalse();
        }
        assertThat(last != null && wanted.test(last))
            .as("last report: %s%noutput:%n%s", last, Files.readString(output))
            .isTrue();
        look.at(engine);
        assertThat(process.isAlive()).isTrue();
        return last;
      } finally {
        try (Stream<ProcessHandle> children = process.descendants()) {
          List<ProcessHandle> all = children.toList();
          process.destroy();
          if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
          }
          all.forEach(ProcessHandle::destroyForcibly);
        }
        Files.deleteIfExists(output);
      }
    }
  }

  private static void run(String script) throws IOException, InterruptedException {
    assertThat(succeeds("sh", "-c", script, ROOT.toString())).as(script).isTrue();
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
