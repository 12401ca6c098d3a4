package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.e2e.Square;
import dev.vast4j.errors.ApiException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, run in this process against the embedded engine. */
@Timeout(120)
class CommandLineTest {
  private static final String KEY = "local-key-that-must-not-be-printed";
  private static final String SQUARE = Square.class.getName();
  private static final String DESCRIBED = DescribedSquare.class.getName();
  private static final List<String> IMAGE =
      List.of("--image", "vastai/base-image:@vastai-automatic-tag", "--storage", "16");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LocalVast engine;

  @BeforeAll
  static void startEngine() {
    engine = LocalVast.start(LocalOptions.defaults().apiKey(KEY));
    System.setProperty("vast.apiKey", KEY);
  }

  @AfterAll
  static void stopEngine() {
    System.clearProperty("vast.apiKey");
    engine.close();
  }

  /** A command's exit code and output. */
  private record Ran(int code, String out, String err) {
    JsonNode json() throws IOException {
      return JSON.readTree(out);
    }
  }

  @Test
  void deploysFromClassWithBuilder() throws IOException {
    assertThat(run("plan", DESCRIBED, "--exit-code").code()).isEqualTo(10);

    Ran deployed = run("deploy", DESCRIBED, "--wait", "--timeout", "1m");

    assertThat(deployed.code()).isZero();
    assertThat(deployed.out()).isEqualTo("described-square (default): created a new endpoint\n");
    assertThat(deployed.err()).contains("uploading").contains("1 worker is ready");
    Ran plan = run("plan", DESCRIBED, "--exit-code");
    assertThat(plan.code()).isZero();
    assertThat(plan.out()).startsWith("described-square (default): ");

    Ran again = run("deploy", DESCRIBED, "--json");
    assertThat(again.json().path("tier").asText()).isEqualTo("NONE");
    assertThat(again.err()).isEmpty();

    JsonNode status = run("status", "described-square", "--json").json();
    String id = status.path("deployment").path("id").asText();
    assertThat(status.path("versions")).hasSize(1);
    assertThat(status.path("deployment").path("created_at").asText()).startsWith("20");
    assertThat(run("status", "-q").out().lines()).contains(id);
    assertThat(run("status", id).out()).containsPattern("(?m)^ *VERSION.* SIZE +AGE$[^$]+ [kM]B ");
    assertThat(run("status", id).out()).contains("described-square (default), id " + id);

    Ran workers = run("workers", "described-square");
    assertThat(workers.out().lines().findFirst().orElseThrow())
        .matches(" *ID +STATE +CALLS +LOAD +PERF +MEASURED +DISK GB +UP +VERSION");
    assertThat(workers.out()).contains("idle");
    JsonNode worker = run("workers", id, "--raw").json().get(0);
    assertThat(worker.path("measured_perf").asDouble()).isPositive();

    assertThat(run("logs", "described-square").out()).contains("worker");
    assertThat(run("logs", "described-square", "--tail", "1").out().lines()).hasSize(1);
    assertThat(run("logs", "described-square", "--tail", "1", "--json").json().path("lines"))
        .hasSize(1);
    assertThat(run("logs", "described-square", "--level", "3", "--json").json().path("level"))
        .hasToString("\"debug\"");

    String workerId = worker.path("id").asText();
    assertThat(run("logs", "--worker", workerId).out()).contains("dev.vast4j.worker");
    JsonNode output = run("logs", "--worker", workerId, "--tail", "1", "--json").json();
    assertThat(output.path("worker").asText()).isEqualTo(workerId);
    assertThat(output.path("lines")).hasSize(1);
    assertThat(run("logs", "--worker", workerId, "--filter", "no such text").out()).isEmpty();
    assertThat(run("logs", "--worker", workerId, "--daemon").out())
        .contains("worker " + workerId + " is ready");
    Ran unknown = run("logs", "--worker", "99");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).contains("no worker 99");

    assertThat(run("stop", "described-square").out())
        .isEqualTo("described-square (default) is stopped.\n");
    assertThat(run("start", id, "--json").json().path("endpoint_state").asText())
        .isEqualTo("active");
    assertThat(run("delete", "described-square").out())
        .isEqualTo("described-square (default) was deleted.\n");
    assertThat(run("status", "described-square").code()).isEqualTo(3);
  }

  @Test
  void showsOffersOfTheMarket() throws IOException {
    Ran some = run("offers", "gpu_name in RTX_4090 gpu_ram>=24");
    assertThat(some.code()).as("%s", some.err()).isZero();
    assertThat(some.out())
        .contains("RTX 4090")
        .contains("4x RTX 4090")
        .containsPattern("MODEL +OFFERS +FROM \\$/HOUR")
        .containsPattern("RTX 4090 +2 +0\\.380")
        .contains("2 offers; the cheapest is offer 6, RTX 4090 at $0.380 an hour.")
        .doesNotContain("RTX 3090");
    JsonNode json = run("offers", "num_gpus=1", "--limit", "3", "--json").json();
    assertThat(json.path("count").asInt()).isGreaterThan(10);
    assertThat(json.path("offers")).hasSize(3);
    assertThat(json.path("offers").get(0).path("dollars_per_hour").asDouble()).isEqualTo(0.08);
    assertThat(json.path("models").path("L4").asInt()).isOne();
    assertThat(run("offers", "gpu_ram>=9999").out()).contains("No machine on the market matches");
    Ran wrong = run("offers", "gpu_ram>>");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("error: ").doesNotContain("\tat ");
    assertThat(run("offers", "--storage", "-3").code()).isEqualTo(2);
    assertThat(run("offers", "--limit", "0").out()).startsWith("MODEL ");
    assertThat(run("offers", "--limit", "-1").code()).isEqualTo(2);
    assertThat(run("offers", "colour=1").err()).isEqualTo("warning: unknown column 'colour'\n");
    assertThat(run("offers", "gpu_nam=A100").err())
        .isEqualTo("warning: unknown column 'gpu_nam'; did you mean 'gpu_name' or 'gpu_ram'?\n");
    assertThat(run("offers", "--limit", "3").out())
        .contains("25 offers match, 3 shown; the cheapest is offer ");
  }

  @Test
  void planSaysWhatItMayCost() throws IOException {
    Ran plan = run("plan", DESCRIBED, "--tag", "priced");
    assertThat(plan.out())
        .contains("create a new endpoint and recruit workers")
        .containsPattern("market: \\d+ machines match now, from \\$0\\.0");
    JsonNode json = run("plan", DESCRIBED, "--tag", "priced", "--json").json();
    assertThat(json.path("market").path("dollars_per_hour").asDouble()).isPositive();
    assertThat(json.path("workers").asInt()).isZero();
  }

  @Test
  void keepsWhatTheProgramPrintsOutOfStandardOutput() throws IOException {
    PrintStream before = System.out;
    for (List<String> classPath :
        List.of(List.<String>of(), List.of("-cp", "target/test-classes"))) {
      List<String> command = new ArrayList<>(List.of("plan", Talkative.class.getName(), "--json"));
      command.addAll(classPath);

      Ran ran = run(command);

      assertThat(ran.code()).as("%s", ran.err()).isZero();
      assertThat(ran.json().path("tier").asText()).isEqualTo("NEW");
      assertThat(ran.err().lines())
          .containsExactly("banner of a library", "configuring", "on a thread");
      assertThat(System.out).isSameAs(before);
    }
    assertThat(run("plan", Talkative.class.getName()).out())
        .startsWith("described-square (default): ")
        .doesNotContain("configuring");
  }

  @Test
  void deploysInterfaceFromItsClassPath() throws IOException {
    List<String> deploy =
        new ArrayList<>(
            List.of(
                "deploy",
                SQUARE,
                "-cp",
                "target/test-classes",
                "--name",
                "plain-square",
                "--tag",
                "t1",
                "--search",
                "gpu_ram>=8 gpu_kind=9",
                "--max-workers",
                "1",
                "-e",
                "COLOUR=green",
                "--json"));
    deploy.addAll(IMAGE);

    Ran deployed = run(deploy);

    assertThat(deployed.err()).isEqualTo("warning: --search: unknown column 'gpu_kind'\n");
    assertThat(deployed.json().path("level").asInt()).isEqualTo(4);
    Ran missing = run("status", "plain-square");
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.err()).contains("it has no tag 'default', only t1");
    JsonNode status = run("status", "plain-square", "--tag", "t1", "--json").json();
    assertThat(status.path("deployment").path("search_params").asText()).contains("gpu_ram>=8");
    assertThat(run("delete", "plain-square", "--all-tags", "--json").json().path("deleted"))
        .hasSize(1);
  }

  @Test
  void followsLog() throws Exception {
    run("deploy", DESCRIBED, "--tag", "followed");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Thread following =
        new Thread(() -> run(out, List.of("logs", "-f", "described-square", "--tag", "followed")));
    following.start();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          while (!out.toString(StandardCharsets.UTF_8).contains("ready")) {
            Thread.onSpinWait();
          }
        });
    following.interrupt();
    following.join(10_000);
    assertThat(following.isAlive()).isFalse();
    String log = out.toString(StandardCharsets.UTF_8);
    assertThat(log.lines()).doesNotHaveDuplicates();
    run("delete", "described-square", "--tag", "followed");
  }

  @Test
  void explainsInvalidDeployments() {
    assertThat(run("deploy", "com.acme.Nothing").err())
        .contains("com.acme.Nothing: this class is not on the class path")
        .contains("-cp");
    assertThat(run("deploy", "com.acme.Nothing").code()).isEqualTo(5);
    assertThat(run("plan", DESCRIBED + "$Several").err()).contains("one, two").contains("#one");
    assertThat(run("plan", DESCRIBED + "$Several#two").err())
        .contains("$Several#two: it threw java.lang.IllegalStateException: no second one");
    assertThat(run("plan", "java.lang.String").err()).contains("public static Deployment.Builder");
    Ran noImage = run("plan", SQUARE);
    assertThat(noImage.code()).isEqualTo(2);
    assertThat(noImage.err()).contains("--image");
    assertThat(run("plan", DESCRIBED, "--image", "x").code()).isEqualTo(2);
    Ran absent = run("plan", DESCRIBED, "-cp", "not/there.jar");
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("not/there.jar, given with -cp, does not exist");
    Ran noLibraries = run("plan", DESCRIBED, "-cp", "target/classes");
    assertThat(noLibraries.code()).isEqualTo(5);
    assertThat(noLibraries.err())
        .contains("-cp: it contains vast4j")
        .contains("including libraries");
  }

  @Test
  void explainsRefusedKey() throws IOException {
    System.setProperty("vast.apiKey", "a-wrong-key-not-to-be-printed");
    try {
      Ran refused = run("status");
      assertThat(refused.code()).isEqualTo(4);
      assertThat(refused.err())
          .startsWith("error: ")
          .contains("Check the API key, such as in VAST_API_KEY")
          .doesNotContain("a-wrong-key");
      Ran json = run("status", "--json");
      assertThat(JSON.readTree(json.err()).path("exit_code").asInt()).isEqualTo(4);
      assertThat(json.out()).isEmpty();
    } finally {
      System.setProperty("vast.apiKey", KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "status --watch",
        "status x",
        "workers x",
        "logs x -f",
        "logs --worker 5 -f",
        "call x f",
        "offers gpu_ram>=1",
        "rollback x",
        "start x",
        "stop x",
        "delete x",
        "plan dev.vast4j.cli.DescribedSquare",
        "deploy dev.vast4j.cli.DescribedSquare"
      })
  void exitsWith4ForAnyBadKey(String command) {
    try {
      for (String key : List.of("wrong-secret", "wrong secret", "wrong-secr\u00e9t")) {
        System.setProperty("vast.apiKey", key);
        Ran ran = run(command.split(" "));
        assertThat(ran.code()).as(key).isEqualTo(4);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).containsPattern("(?m)^error: ").doesNotContain("secr");
      }
    } finally {
      System.setProperty("vast.apiKey", KEY);
    }
  }

  @Test
  void tellsThatServiceDeniesAccess() {
    for (String code : List.of("auth_error", "not_authorized")) {
      for (int status : new int[] {200, 400, 401, 403, 404}) {
        assertThat(ExitCode.of(new ApiException("GET /", status, code, "", null)))
            .isEqualTo(ExitCode.NO_ACCESS);
      }
    }
  }

  @Test
  void doctorExplainsMalformedKey() {
    System.setProperty("vast.apiKey", "not a-key");
    try {
      Ran ran = run("doctor");
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.out())
          .containsPattern("failed +key +character 4 of 9 cannot be sent")
          .contains("fix: Copy it again")
          .doesNotContain("a-key", "account");
    } finally {
      System.setProperty("vast.apiKey", KEY);
    }
  }

  @Test
  void rejectsEngineThatEndsWithCommand() {
    System.setProperty("vast.url", "local");
    try {
      Ran ran = runAsGiven(new ByteArrayOutputStream(), List.of("status"));
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err()).contains("VAST_URL").contains("command 'local'");
    } finally {
      System.clearProperty("vast.url");
    }
  }

  @Test
  void explainsWrongUsage() {
    assertThat(run("frobnicate").code()).isEqualTo(2);
    assertThat(run("stats").err())
        .startsWith("error: Unexpected argument: 'stats'")
        .contains("did you mean status or ")
        .endsWith("See 'vast4j --help'\n")
        .doesNotContain("Exit codes:");
    assertThat(runAsGiven(new ByteArrayOutputStream(), List.of("help", "statu")).err())
        .isEqualTo(
            "error: there is no command 'statu'; did you mean 'status'? See 'vast4j" + " help'\n");
    assertThat(run("status", "--colour").code()).isEqualTo(2);
    assertThat(runAsGiven(new ByteArrayOutputStream(), List.of()).err()).contains("Exit codes:");
    assertThat(run("logs", "x", "--tail", "99999999999").err())
        .contains("'99999999999' is not a whole number, or is too large");
    assertThat(run("logs", "x", "--level", "9").err()).contains("'9' is not a level");
    assertThat(run("deploy", DESCRIBED, "--wait", "--timeout", "soon").err())
        .contains("'soon' is not a time");
  }

  @ParameterizedTest
  @CsvSource({
    "deploy x --wait=0,--wait",
    "logs x --tail -1,--tail",
    "logs x --daemon,--filter and --daemon",
    "logs --worker 1 --level 2,--level",
    "logs,name a deployment",
    "status --tag blue,--tag",
    "delete x --tag blue --all-tags,--all-tags"
  })
  void rejectsOptionBeforeAnythingIsSent(String command, String option) {
    Ran ran = run(command.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("error: " + option).doesNotContain("\tat ");
  }

  @Test
  void printsWrongUsageAsJson() throws IOException {
    JsonNode said = JSON.readTree(run("workers", "--json").err());

    assertThat(said.path("exit_code").asInt()).isEqualTo(2);
    assertThat(said.path("msg").asText())
        .isEqualTo("Missing required parameter: 'NAME|ID'. See 'vast4j workers --help'");
  }

  @Test
  void namesPlacesForMissingKey(@TempDir Path home) {
    System.clearProperty("vast.apiKey");
    String before = System.getProperty("user.home");
    System.setProperty("user.home", home.toString());
    try {
      Ran ran = run("status");
      assertThat(ran.code()).isEqualTo(4);
      assertThat(ran.err())
          .contains("VAST_API_KEY, " + home)
          .contains("manage-keys")
          .doesNotContain("Vast.builder");
    } finally {
      System.setProperty("user.home", before);
      System.setProperty("vast.apiKey", KEY);
    }
  }

  @Test
  void helpListsCommandsAndExitCodes() {
    Ran help = runAsGiven(new ByteArrayOutputStream(), List.of("--help"));

    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("plan", "deploy", "status", "workers", "logs", "start", "stop", "delete", "local")
        .contains("Exit codes:");
    for (ExitCode code : ExitCode.values()) {
      assertThat(help.out()).containsPattern("(?m)^ +" + code.number() + "  ");
    }
  }

  @Test
  void printsCompletionScript() {
    Ran script = runAsGiven(new ByteArrayOutputStream(), List.of("completion"));

    assertThat(script.code()).isZero();
    assertThat(script.out()).contains("complete -F _complete_vast4j").contains("--all-tags");
  }

  @Test
  void usesColoursOnlyOnTerminals() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    String[] status = {"status", "--url", engine.url().toString()};
    run("deploy", DESCRIBED, "--tag", "coloured");

    Main.run(status, to, to, true, false);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\u001b[32mactive");

    out.reset();
    Main.run(new String[] {status[0], status[1], status[2], "--no-color"}, to, to, true, false);
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
    run("delete", "described-square", "--tag", "coloured");
  }

  @Test
  void localEngineKeepsDeploymentsInFolder(@TempDir Path folder) throws IOException {
    String kept = "local --folder " + folder + " --chaos latency=1ms:0.1 error=0";
    Path keyFile;
    String before = System.getProperty("vast.apiKey");
    try (Engine first = new Engine(kept)) {
      keyFile = first.keyFile();
      System.setProperty("vast.apiKey", Files.readString(keyFile).strip());
      assertThat(first.text()).doesNotContain(Files.readString(keyFile).strip());
      assertThat(run("deploy", DESCRIBED, "--url", first.url(), "--json").code()).isZero();
    }
    try (Engine second = new Engine(kept)) {
      assertThat(run("status", "--url", second.url()).out()).contains("described-square");
    } finally {
      System.setProperty("vast.apiKey", before);
    }
    assertThat(run("local", "--chaos", "flood=1").code()).isEqualTo(2);
    assertThat(run("local", "--port", "70000").err()).contains("port must be between");
  }

  @Test
  void localEngineOnFixedPortKeepsDeployments(@TempDir Path home) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String homeBefore = System.getProperty("user.home");
    String keyBefore = System.getProperty("vast.apiKey");
    System.setProperty("user.home", home.toString());
    try (Engine first = new Engine("local --port " + port)) {
      System.setProperty("vast.apiKey", Files.readString(first.keyFile()).strip());
      assertThat(run("deploy", DESCRIBED, "--url", first.url()).code()).isZero();
      assertThat(first.keyFile()).startsWith(home.resolve(".vast4j/local-" + port).toRealPath());
    }
    try (Engine second = new Engine("local --port " + port)) {
      assertThat(run("status", "--url", second.url()).out()).contains("described-square");
    } finally {
      System.setProperty("user.home", homeBefore);
      System.setProperty("vast.apiKey", keyBefore);
    }
  }

  /** The command {@code local}, running on its own thread until closed. */
  private static final class Engine implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("VAST_URL=(\\S+)");
    private static final Pattern KEY_FILE = Pattern.compile("cat '([^']+)'");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Thread thread;

    Engine(String command) {
      thread = new Thread(() -> runAsGiven(out, List.of(command.split(" "))));
      thread.start();
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            while (!KEY_FILE.matcher(text()).find()) {
              Thread.onSpinWait();
            }
          });
    }

    String text() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String url() {
      return group(URL);
    }

    Path keyFile() {
      return Path.of(group(KEY_FILE));
    }

    private String group(Pattern pattern) {
      Matcher matcher = pattern.matcher(text());
      assertThat(matcher.find()).isTrue();
      return matcher.group(1);
    }

    @Override
    public void close() {
      thread.interrupt();
      assertTimeoutPreemptively(Duration.ofSeconds(20), () -> thread.join());
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static Ran run(String... arguments) {
    return run(List.of(arguments));
  }

  private static Ran run(List<String> arguments) {
    return run(new ByteArrayOutputStream(), arguments);
  }

  /** Runs a command against this test's engine unless it names another. */
  private static Ran run(ByteArrayOutputStream out, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    if (!all.contains("--url") && !all.get(0).equals("local")) {
      all.addAll(List.of("--url", engine.url().toString()));
    }
    Ran ran = runAsGiven(out, all);
    assertThat(ran.out() + ran.err()).doesNotContain(KEY);
    return ran;
  }

  private static Ran runAsGiven(ByteArrayOutputStream out, List<String> arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            arguments.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return new Ran(
        code,
        out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"),
        err.toString(StandardCharsets.UTF_8));
  }
}
