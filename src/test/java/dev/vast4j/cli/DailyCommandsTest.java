package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Session;
import dev.vast4j.Vast;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one does all day, on the embedded engine. */
@Timeout(120)
class DailyCommandsTest {
  private static final String KEY = "local-key-that-must-not-be-printed";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LocalVast engine;

  @BeforeAll
  static void deploy() {
    engine = LocalVast.start(LocalOptions.defaults().apiKey(KEY).maxWorkers(1));
    System.setProperty("vast.apiKey", KEY);
    Ran ran = run("deploy", Variety.class.getName() + "#deployment", "--wait");
    assertThat(ran.code()).as("%s", ran.err()).isZero();
  }

  @AfterAll
  static void stop() {
    System.clearProperty("vast.apiKey");
    engine.close();
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", engine.url().toString()));
    return plain(all.toArray(String[]::new));
  }

  private static Ran plain(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    Ran ran =
        new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    assertThat(ran.out() + ran.err()).doesNotContain(KEY).doesNotContain("\tat ");
    return ran;
  }

  private static Ran call(String... arguments) {
    List<String> all = new ArrayList<>(List.of("call", "variety"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  @Test
  void callsByNameAndInOrder() {
    assertThat(call("square", "{\"x\": 12}")).isEqualTo(new Ran(0, "144\n", ""));
    assertThat(call("square", "[12]").out()).isEqualTo("144\n");
    assertThat(call("square", "[2]", "square", "[3]", "--json").out()).isEqualTo("4\n9\n");
    assertThat(
            call(
                    "move",
                    "{\"point\": {\"x\": 1, \"y\": 0.5}, \"far\": true, \"names\": [\"a\", \"b\"]}")
                .out())
        .isEqualTo("{\"x\":103,\"y\":0.5}\n");
  }

  @Test
  void printsAnElementOfAStreamPerLine() {
    assertThat(call("count", "{\"to\": 3}").out()).isEqualTo("{\"i\":0}\n{\"i\":1}\n{\"i\":2}\n");
    assertThat(call("count", "{\"to\": 0}")).isEqualTo(new Ran(0, "", ""));
  }

  @Test
  void callsInOneSession() {
    assertThat(call("add", "{\"n\": 2}", "add", "[3]", "count", "[1]", "--session").out())
        .isEqualTo("2\n5\n{\"i\":0}\n");
    Ran without = call("add", "[1]");
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.err()).contains("session");
  }

  @Test
  void readsArgumentsFromStandardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("\ufeff{\"x\": 5}".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(call("square", "-").out()).isEqualTo("25\n");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void escapesWhatWorkersSay() {
    assertThat(call("hostile").out()).isEqualTo("\"a\\u001B[31m\\u202e\"\n");
    Ran failing = call("failing");
    assertThat(failing.code()).isEqualTo(1);
    assertThat(failing.err()).contains("no\\u001b[2Jthing").doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\": }",
        "{\"x\": 1",
        "{\"x\": 1} trailing",
        "{\"x\": 1} {\"x\": 2}",
        "{\"x\": 1, \"x\": 2}",
        "[1,]",
        "{'x': 1}",
        "[\"\\x\"]"
      })
  void explainsWrongArguments(String arguments) {
    Ran ran = call("square", arguments);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("error: the arguments of square aren't a JSON object or array: ")
        .doesNotContain("`", "Source");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void keepsWhatTheParserSaysWhole() {
    assertThat(call("square", "{x: 1}").err())
        .contains("Unexpected character ('x'): was expecting double-quote")
        .contains(", at column 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "\"x\"", "null", "true", "", "../x", "a b", "\u001b[2J"})
  void callsNothingWhenAWordIsNeitherFunctionNorArguments(String word) {
    Ran ran = call("square", "[2]", "square", word);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("neither a function's name nor arguments");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void namesFixOfWrongNames() {
    assertThat(call("nothing").err()).contains("no function 'nothing'").contains("check its name");
    assertThat(run("status", "absent").err())
        .contains("no deployment has this name. 'vast4j status' lists all");
    for (String command : List.of("status", "workers", "stop", "delete", "logs")) {
      assertThat(run(command, "variaty").err())
          .contains("no deployment has this name; did you mean 'variety'? 'vast4j status'");
    }
    Ran id = run("status", "987654");
    assertThat(id.code()).isEqualTo(3);
    assertThat(id.err()).contains("no deployment has this id").contains("'vast4j status'");
    Ran worker = run("logs", "--worker", "987654");
    assertThat(worker.code()).isEqualTo(3);
    assertThat(worker.err()).contains("no worker 987654").contains("'vast4j workers NAME'");
    for (String url : List.of("nonsense", "", "ftp://x", "http://[::1")) {
      Ran wrong = plain("status", "--url", url);
      assertThat(wrong.code()).as(url).isEqualTo(2);
      assertThat(wrong.err()).startsWith("error: --url: it isn't an http or https URL");
    }
  }

  @Test
  void showsADeploymentInTrouble() throws IOException {
    try {
      Ran deployed = run("deploy", Unable.class.getName() + "#deployment", "--wait");
      assertThat(deployed.code()).isEqualTo(6);
      assertThat(deployed.err())
          .containsPattern("no weights; 'vast4j logs --worker \\d+' tells more")
          .doesNotContain("... 1 more");
      assertThat(run("status").out()).containsPattern("unable +default +failing ");
      assertThat(run("status", "unable").out())
          .containsPattern("state +failing")
          .containsPattern("error +worker \\d+: .*no weights");
    } finally {
      run("delete", "unable");
    }
  }

  @Test
  void printsIdsAsJson() throws IOException {
    JsonNode ids = JSON.readTree(run("status", "-q", "--json").out());
    assertThat(ids.isArray()).isTrue();
    assertThat(ids.get(0).isNumber()).isTrue();
    assertThat(JSON.readTree(run("workers", "variety", "-q", "--json").out())).hasSize(1);
  }

  @Test
  void explainsWhatCannotBeCalled() {
    assertThat(call("../session/create").code()).isEqualTo(2);
    assertThat(call("{}").code()).isEqualTo(2);
    assertThat(call("nothing").code()).isEqualTo(1);
    assertThat(call("square", "{\"y\": 1}").code()).isEqualTo(1);
    assertThat(call("square", "[" + "[".repeat(5000)).code()).isEqualTo(2);
    assertThat(run("call", "absent", "square").code()).isEqualTo(3);
  }

  @Test
  void callsByNameFromPrograms() {
    try (Vast vast = Vast.builder().apiKey(KEY).webUrl(engine.url().toString()).build();
        Deployment app = Deployment.attach("variety", "default", vast)) {
      CallOptions options = CallOptions.defaults();
      try (Stream<Object> result = app.call("square", Map.of("x", 3), options)) {
        assertThat(result).containsExactly(9);
      }
      try (Stream<Object> result = app.call("count", List.of(2), options)) {
        assertThat(result).containsExactly(Map.of("i", 0), Map.of("i", 1));
      }
      try (Session session = app.openSession(Duration.ofSeconds(20))) {
        assertThat(session.call("add", Map.of("n", 1), options)).containsExactly(1);
        assertThat(session.call("add", List.of(1), options)).containsExactly(2);
      }
    }
  }

  @Test
  void watchesStatus() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    String[] command = {"status", "--watch", "--url", engine.url().toString()};
    Thread watching = new Thread(() -> Main.run(command, to, to, false, false));
    watching.start();
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          while (!out.toString(StandardCharsets.UTF_8).contains("variety")) {
            Thread.onSpinWait();
          }
        });
    watching.interrupt();
    watching.join(10_000);
    assertThat(watching.isAlive()).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
  }

  @Test
  void doctorFindsNothingWrongWithAHealthyEngine() throws IOException {
    Ran ran = run("doctor");
    assertThat(ran.code()).as("%s", ran.out()).isZero();
    assertThat(ran.out())
        .contains("Java", "key", "clock", "DNS", "proxy", "web API", "engine", "upload", "CA")
        .contains("the key is accepted; deployments: 1")
        .doesNotContain("failed");
    JsonNode json = JSON.readTree(run("doctor", "--json").out());
    assertThat(json.get(0).path("name").asText()).isEqualTo("Java");
    assertThat(json).allSatisfy(check -> assertThat(check.path("state").asText()).isEqualTo("ok"));
  }

  @Test
  void doctorSaysHowToFixWhatFails() {
    Ran closed = plain("doctor", "--url", "http://127.0.0.1:" + Answers.closedPort());
    assertThat(closed.code()).isEqualTo(1);
    assertThat(closed.out())
        .containsPattern("failed +web API +http://127.0.0.1:\\d+: Connection refused")
        .contains("fix: Nothing listens there");
    Ran unknown = plain("doctor", "--url", "http://no-such-host.invalid");
    assertThat(unknown.out()).contains("no-such-host.invalid is unknown");
    System.setProperty("vast.apiKey", "a-wrong-key");
    try {
      Ran refused = run("doctor");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out()).contains("the service refuses the key (HTTP 401)");
    } finally {
      System.setProperty("vast.apiKey", KEY);
    }
  }

  @Test
  void showsVersionsAndHelp() throws IOException {
    assertThat(plain("version").out()).startsWith("vast4j ").contains("Java ");
    assertThat(JSON.readTree(plain("version", "--json").out()).has("java")).isTrue();
    assertThat(plain("help").out()).contains("Commands:").contains("doctor");
    assertThat(plain("help", "call").out()).contains("Examples:").contains("--session");
  }

  @Test
  void createsAProjectThatCompiles(@TempDir Path folder) throws IOException {
    Path project = folder.resolve("My Greeter");
    Ran made = plain("init", project.toString(), "--package", "com.acme.hello");
    assertThat(made.code()).as("%s", made.err()).isZero();
    assertThat(made.out())
        .contains("Created my-greeter", "pom.xml", "Next: cd '" + project + "' && mvn test");
    assertThat(project.resolve("pom.xml"))
        .content()
        .contains("<artifactId>my-greeter</artifactId>")
        .doesNotContain("${package}")
        .doesNotContain("${name}")
        .doesNotContain("${version}");
    List<String> sources;
    try (Stream<Path> files = Files.walk(project)) {
      sources = files.map(Path::toString).filter(file -> file.endsWith(".java")).toList();
    }
    assertThat(sources).hasSize(4);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-parameters",
                "--release",
                "17",
                "-d",
                folder.resolve("out").toString(),
                "-cp",
                System.getProperty("java.class.path")));
    arguments.addAll(sources);
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    Ran again = plain("init", project.toString());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("pom.xml exists; nothing was written");
    assertThat(plain("init", project.toString(), "--package", "1.x").code()).isEqualTo(2);
    assertThat(plain("init", project.toString(), "--name", "A b").code()).isEqualTo(2);
    assertThat(plain("init", "bad\u0000name").code()).isEqualTo(2);
    assertThat(plain("init", " ").err()).contains("the folder's name is empty");
  }

  @Test
  void completesNames() {
    call("square", "[1]");
    assertThat(run("completion", "--names").out().lines()).contains("variety");
    assertThat(run("completion", "--functions", "variety").out().lines()).contains("square");
    assertThat(plain("completion").out()).contains("_vast4j_names").contains("--all-tags");
    assertThat(plain("completion").out()).contains("|open)").contains("\"plan deploy rollback ");
  }
}
