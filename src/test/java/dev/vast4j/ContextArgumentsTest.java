package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.junit.LocalVastExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

public class ContextArgumentsTest {
  @RegisterExtension static final LocalVastExtension local = LocalVastExtension.shared();

  /** A context whose value shows its arguments. */
  public static final class Shown implements Context<String> {
    private final String text;

    public Shown(String model, int layers, @Param("device") List<String> where) {
      text = model + " " + layers + " " + where;
    }

    @Override
    public String enter() {
      return text;
    }
  }

  /** Two parameters of one name. */
  public static final class Twice implements Context<String> {
    public Twice(@Param("same") String one, @Param("same") String two) {}

    @Override
    public String enter() {
      return "";
    }
  }

  /** A context without arguments. */
  public static final class Bare implements Context<String> {
    @Override
    public String enter() {
      return "bare";
    }
  }

  /** Tells the context's value. */
  public interface Told {
    @Remote
    @Benchmark(dataset = "{}")
    default String told() {
      return Contexts.get(Shown.class);
    }
  }

  /** Other tests share the engine. */
  @AfterEach
  void delete(Vast vast) {
    vast.deployments().list().forEach(found -> vast.deployments().delete(found.id()));
  }

  @Test
  void namedArgumentsReachTheWorkerInTheConstructorsOrder(Vast vast) {
    ContextArguments arguments =
        ContextArguments.of("minilm").with("device", List.of("gpu0")).with("layers", 6);
    try (Deployment app = builder(vast).context(Shown.class, arguments).build()) {
      app.ensureReady();

      assertThat(
              app.remote(Told.class, CallOptions.defaults().timeout(Duration.ofMinutes(2))).told())
          .isEqualTo("minilm 6 [gpu0]");
      assertThat(app.local(Told.class).told()).isEqualTo("minilm 6 [gpu0]");
    }
  }

  @Test
  void allArgumentsByName(Vast vast) {
    ContextArguments arguments =
        ContextArguments.of().with("layers", 1).with("device", null).with("model", "m");
    try (Deployment app = builder(vast).context(Shown.class, arguments).build()) {
      assertThat(app.local(Told.class).told()).isEqualTo("m 1 null");
    }
    assertThat(arguments.named().keySet()).containsExactly("layers", "device", "model");
    assertThat(arguments.positional()).isEmpty();
    assertThat(arguments)
        .hasToString("ContextArguments[0 by position, by name [layers, device, model]]");
  }

  @Test
  void allArgumentsByPosition(Vast vast) {
    try (Deployment app =
        builder(vast).context(Shown.class, ContextArguments.of("m", 2, List.of())).build()) {
      assertThat(app.local(Told.class).told()).isEqualTo("m 2 []");
    }
  }

  @Test
  void refusesAnUnknownNameAndListsTheParameters(Vast vast) {
    refused(
        vast,
        Shown.class,
        ContextArguments.of("m").with("layer", 6),
        "it has no parameter 'layer'",
        "Its parameters are model, layers, device");
    refused(
        vast,
        Bare.class,
        ContextArguments.of().with("x", 1),
        "it has no parameter 'x'",
        "It takes no arguments");
  }

  @Test
  void refusesAMissingArgument(Vast vast) {
    refused(
        vast,
        Shown.class,
        ContextArguments.of("m").with("device", List.of()),
        "there is no argument for 'layers'",
        "Add it: ContextArguments.of(…).with(\"layers\", …)");
  }

  @Test
  void refusesAnArgumentGivenTwice(Vast vast) {
    refused(
        vast,
        Shown.class,
        ContextArguments.of("m", 1).with("model", "n").with("device", List.of()),
        "'model' is given by position and by name",
        "Give it once; the arguments by position come first");
    ContextArguments once = ContextArguments.of().with("model", "m");
    assertThatThrownBy(() -> once.with("model", "n"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("'model' is given twice");
    assertThatThrownBy(() -> once.with(" ", "n"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("the name is blank");
  }

  @Test
  void refusesTooManyByPosition(Vast vast) {
    refused(
        vast,
        Shown.class,
        ContextArguments.of("m", 1, List.of(), 4).with("layers", 6),
        "it takes 3 arguments, and 4 were given by position",
        "Give fewer by position; its parameters are model, layers, device");
    refused(
        vast,
        Shown.class,
        ContextArguments.of("m"),
        "it takes 3 arguments, and 1 were given",
        "Give them in order: .context(Shown.class, …, …, …)");
  }

  @Test
  void refusesTwoParametersOfOneName(Vast vast) {
    refused(
        vast,
        Twice.class,
        ContextArguments.of().with("same", "a"),
        "two parameters are named 'same'",
        "Give each parameter its own @Param name");
  }

  @Test
  void refusesAValueOfTheWrongType(Vast vast) {
    assertThatThrownBy(
            () ->
                builder(vast)
                    .context(
                        Shown.class,
                        ContextArguments.of("m").with("layers", "many").with("device", List.of()))
                    .build())
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("argument 2")
        .hasMessageContaining("cannot travel as JSON to int");
  }

  private static void refused(
      Vast vast,
      Class<? extends Context<?>> type,
      ContextArguments arguments,
      String problem,
      String fix) {
    assertThatThrownBy(() -> builder(vast).context(type, arguments).build())
        .isInstanceOfSatisfying(
            InvalidDeploymentException.class,
            e -> {
              assertThat(e.location()).isEqualTo("constructor of context " + type.getName());
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.fix()).isEqualTo(fix);
            });
  }

  private static Deployment.Builder builder(Vast vast) {
    return Deployment.builder("context-arguments")
        .vast(vast)
        .remote(Told.class)
        .image(Image.of("image", 1));
  }
}
