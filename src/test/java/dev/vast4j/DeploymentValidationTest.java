package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.NotDeployedException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.tools.ToolProvider;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code build()} refuses: nothing here ever reaches a network. */
public class DeploymentValidationTest {
  private final Vast vast = Vast.builder().apiKey("key").webUrl("http://127.0.0.1:9").build();

  @AfterEach
  void close() {
    vast.close();
  }

  public interface Square {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}")
    default CompletableFuture<Integer> square(int x) {
      return CompletableFuture.completedFuture(x * x);
    }
  }

  public interface Cube {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}")
    default int cube(int x) {
      return x * x * x;
    }
  }

  public interface NoBenchmark {
    @Remote
    default int plain(int x) {
      return x;
    }
  }

  public interface SameName {
    @Remote(name = "square")
    default int other(int x) {
      return x;
    }
  }

  public interface UnknownKey {
    @Remote
    @Benchmark(dataset = {"{\"x\": 2}", "{\"y\": 2}"})
    default int f(int x) {
      return x;
    }
  }

  public interface NotJson {
    @Remote
    @Benchmark(dataset = "x=2")
    default int f(int x) {
      return x;
    }
  }

  public interface WrongType {
    @Remote
    @Benchmark(dataset = "{\"x\": \"two\"}")
    default int f(int x) {
      return x;
    }
  }

  public interface ThreadParameter {
    @Remote
    @Benchmark(dataset = "{}")
    default int f(Thread worker) {
      return 0;
    }
  }

  public interface StreamResult {
    @Remote
    @Benchmark(dataset = "{}")
    default java.io.InputStream f() {
      return java.io.InputStream.nullInputStream();
    }
  }

  public interface Unresolved<T> {
    @Remote
    @Benchmark(dataset = "{}")
    default T f() {
      throw new UnsupportedOperationException();
    }
  }

  public interface Abstract {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}")
    int f(int x);
  }

  public static class Model implements Context<StringBuilder> {
    private final String text;

    public Model(String text, int times) {
      this.text = text.repeat(times);
    }

    @Override
    public StringBuilder enter() {
      return new StringBuilder(text);
    }
  }

  public static class AbstractOnModel implements Abstract {
    private final StringBuilder model;

    public AbstractOnModel(StringBuilder model) {
      this.model = model;
    }

    @Override
    public int f(int x) {
      return model.length() * x;
    }
  }

  @Test
  void buildSendsNothing() {
    try (Deployment app = valid(b -> b)) {
      assertThat(app.name()).isEqualTo("app");
      assertThat(app.tag()).isEqualTo("default");
      assertThat(Deployment.lookup("app")).contains(app);
      assertThatThrownBy(() -> app.remote(Square.class).square(2).join())
          .hasRootCauseInstanceOf(NotDeployedException.class)
          .hasMessageContaining("ensureReady");
      assertInvalid(
          () -> app.remote(Cube.class), "Cube", "a remote interface", ".remote(Cube.class)");
    }
    assertThat(Deployment.lookup("app")).isEmpty();
  }

  @Test
  void namesTheDeploymentAfterTheFirstInterface() {
    try (Deployment app =
        Deployment.builder().vast(vast).remote(NamedAfterMe.class).image(image()).build()) {
      assertThat(app.name()).isEqualTo("named-after-me");
    }
  }

  public interface NamedAfterMe extends Square {}

  @Test
  void rejectsNullAsName() {
    assertInvalid(
        () -> Deployment.builder((String) null),
        "Deployment.builder",
        "the name is null",
        "call builder()");
  }

  @Test
  void checksFunctions() {
    assertInvalid(
        () -> Deployment.builder("app").vast(vast).image(image()).build(),
        "deployment",
        "no remote function",
        ".remote(");
    assertInvalid(
        () -> of(NoBenchmark.class), "'app'", "no function has a benchmark", "@Benchmark");
    assertInvalid(() -> of(Square.class, Cube.class), "'app'", "several functions", "exactly one");
    assertInvalid(
        () -> of(Square.class, SameName.class), "SameName.other(int)", "'square'", "@Remote(name");
    assertInvalid(() -> of(Square.class, Square.class), "Square", "twice", "once");
    assertInvalid(() -> of(Abstract.class), "Abstract.f(int)", "no body", "AbstractImpl");
    assertInvalid(
        () -> of(UnknownKey.class),
        "UnknownKey.f(int), @Benchmark data set, row 2",
        "y: unknown parameter; f takes x; x: missing parameter",
        "x");
    assertInvalid(() -> of(NotJson.class), "NotJson.f(int)", "", "JSON object");
    assertInvalid(() -> of(WrongType.class), "WrongType.f(int)", "x", "JSON object");
    assertInvalid(
        () -> of(ThreadParameter.class), "f(Thread), parameter worker", "Thread", "record");
    assertInvalid(() -> of(StreamResult.class), "f(), result", "InputStream", "record");
    assertInvalid(() -> of(Unresolved.class), "f(), result", "T", "record");
  }

  @Test
  void saysWhatToDoWithoutParameterNames(@TempDir Path folder) throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("Nameless.java"),
            """
            public interface Nameless {
              @dev.vast4j.Remote
              @dev.vast4j.Benchmark(dataset = "{\\"x\\": 2}")
              default int f(int x) { return x; }
            }
            """);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                List.of(
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString())
                    .toArray(String[]::new));
    assertThat(compiled).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> nameless = loader.loadClass("Nameless");

      assertInvalid(
          () -> of(nameless),
          "Nameless.f(int), @Benchmark data set, row 1",
          "x: unknown parameter; f takes 1 by position, since its interface was compiled without"
              + " -parameters",
          "<maven.compiler.parameters>true</maven.compiler.parameters>");
    }
  }

  @Test
  void checksSettings() {
    assertInvalid(
        () -> Deployment.builder("app").vast(vast).remote(Square.class).build(),
        "'app'",
        "no image",
        ".image(Image.of(");
    assertInvalid(() -> valid(b -> b.tag("a b")), "'app'", "'a b'", "letters");
    assertInvalid(() -> valid(b -> b.ttl(Duration.ofMillis(10))), "'app'", "PT0.01S", "2 seconds");
    assertInvalid(() -> valid(b -> b.image(image().publishPort(3000))), "'app'", "3000", "another");
    assertInvalid(
        () -> valid(b -> b.image(image().copy(Path.of("no-such-file"), "x"))),
        "Image.copy",
        "no-such-file",
        "file or folder");
    assertInvalid(
        () -> valid(b -> b.exception(CallException.class)),
        "exception dev.vast4j.errors.CallException",
        "instantiated",
        "public constructor");
    assertInvalid(
        () -> Deployment.builder("\n").vast(vast).remote(Square.class).image(image()).build(),
        "builder",
        "name",
        "128");
  }

  @Test
  void checksContexts() {
    assertInvalid(
        () -> valid(b -> b.context(Model.class, "only one")),
        "constructor of context",
        "takes 2 arguments, and 1",
        ".context(Model.class, …, …)");
    assertInvalid(
        () -> valid(b -> b.context(Model.class, "a", "b")),
        "argument 2",
        "to int: Cannot coerce String value",
        "Use a type that JSON can hold");
    assertInvalid(
        () -> valid(b -> b.context(OfThread.class, Thread.currentThread())),
        "OfThread, argument 1",
        "to java.lang.Thread: java.lang.Thread is not data",
        "Use a type that JSON can hold");
    assertInvalid(
        () -> valid(b -> b.context(Model.class, "a", 1).context(Model.class, "a", 1)),
        "Model",
        "twice",
        "once");
    assertInvalid(
        () ->
            Deployment.builder("app")
                .vast(vast)
                .remote(Abstract.class, AbstractOnModel.class)
                .image(image())
                .build(),
        "AbstractOnModel, parameter 1 (StringBuilder)",
        "no registered context",
        "Context<StringBuilder>");
  }

  @Test
  void runsFunctionsAndContextsLocally() {
    try (Deployment app =
        Deployment.builder("app")
            .vast(vast)
            .remote(Abstract.class, AbstractOnModel.class)
            .context(Model.class, "ab", 2)
            .image(image())
            .build()) {
      assertThat(app.local(Abstract.class).f(3)).isEqualTo(12);
    }
  }

  public static class OfThread implements Context<Thread> {
    private final Thread thread;

    public OfThread(Thread thread) {
      this.thread = thread;
    }

    @Override
    public Thread enter() {
      return thread;
    }
  }

  public interface UsesContexts {
    @Remote
    @Benchmark(dataset = "{}")
    default String text() {
      return Contexts.get(Model.class).toString();
    }
  }

  @Test
  void findsContextsInLocalRuns() {
    try (Deployment app =
        Deployment.builder("app")
            .vast(vast)
            .remote(UsesContexts.class)
            .context(Model.class, "ab", 2)
            .image(image())
            .build()) {
      assertThat(app.local(UsesContexts.class).text()).isEqualTo("abab");
    }
    assertThatThrownBy(() -> Contexts.get(Model.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inside a remote function");
  }

  @Test
  void checksPythonSources(@TempDir Path folder) throws IOException {
    Path module = Files.writeString(folder.resolve("deploy.py"), "async def square(x): pass\n");
    assertInvalid(() -> valid(b -> b.python(folder)), "python source", "neither", "__init__.py");
    assertInvalid(
        () -> valid(b -> b.python(module).context(Model.class, "a", 1)),
        "'app'",
        "contexts",
        "Python source");
    try (Deployment app =
        Deployment.builder("py")
            .vast(vast)
            .python(module)
            .remote(Abstract.class)
            .image(image())
            .build()) {
      assertThatThrownBy(() -> app.local(Abstract.class))
          .isInstanceOf(NotDeployedException.class)
          .hasMessageContaining("Python");
    }
  }

  private static Image image() {
    return Image.of("image", 1);
  }

  private Deployment valid(UnaryOperator<Deployment.Builder> change) {
    return change
        .apply(Deployment.builder("app").vast(vast).remote(Square.class).image(image()))
        .build();
  }

  private Deployment of(Class<?>... types) {
    Deployment.Builder builder = Deployment.builder("app").vast(vast).image(image());
    for (Class<?> type : types) {
      builder.remote(type);
    }
    return builder.build();
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      String place,
      String found,
      String mend) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidDeploymentException.class))
        .satisfies(
            e -> {
              assertThat(e.location()).contains(place);
              assertThat(e.problem()).contains(found);
              assertThat(e.fix()).contains(mend);
            });
  }
}
