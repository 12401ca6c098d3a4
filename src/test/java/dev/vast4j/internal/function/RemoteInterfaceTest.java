package dev.vast4j.internal.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Benchmark;
import dev.vast4j.Context;
import dev.vast4j.Param;
import dev.vast4j.Remote;
import dev.vast4j.errors.InvalidDeploymentException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

public class RemoteInterfaceTest {

  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Nullable {}

  public interface WithNullables {
    @Remote
    default void call(
        String required,
        @Nullable String declared,
        @org.jspecify.annotations.Nullable String type,
        String @org.jspecify.annotations.Nullable [] array,
        @org.jspecify.annotations.Nullable String[] elements,
        Map.@org.jspecify.annotations.Nullable Entry<String, String> nested,
        List<@org.jspecify.annotations.Nullable String> argument,
        @Nullable int primitive) {}
  }

  @Test
  void nullableParametersAreThoseAnnotatedThemselves() {
    assertThat(
            RemoteInterface.read(WithNullables.class, null).functions().get(0).nullableParameters())
        .containsExactlyInAnyOrder("declared", "type", "array", "nested");
  }

  public interface AllKinds {
    @Remote(
        name = "square_it",
        allowParallelRequests = true,
        maxQueueTime = 2.5,
        workload = Tokens.class,
        idempotent = false)
    @Benchmark(
        dataset = {"{\"x\": 2}", "{\"x\": 3}"},
        runs = 3,
        concurrency = 4,
        warmup = false)
    default CompletableFuture<Integer> future(@Param("x") int n) {
      return CompletableFuture.completedFuture(n * n);
    }

    @Remote
    default Stream<String> stream(String text) {
      return text.lines();
    }

    @Remote
    default Flow.Publisher<List<Double>> publisher() {
      return subscriber -> {};
    }

    @Remote
    default void nothing() {}

    @Remote
    default CompletableFuture<Void> futureNothing() {
      return CompletableFuture.completedFuture(null);
    }

    default String local() {
      return "not remote";
    }
  }

  public interface Step<T> {
    CompletableFuture<T> run(T value);

    Object covariant();
  }

  public interface Doubling extends Step<Integer> {
    @Override
    @Remote
    default CompletableFuture<Integer> run(Integer value) {
      return CompletableFuture.completedFuture(value * 2);
    }

    @Override
    @Remote
    default String covariant() {
      return "";
    }
  }

  /** The compiler adds a method of the erased types and copies the annotation to it. */
  @Test
  void bridgeMethodsAreNotOverloads() {
    assertThat(RemoteInterface.read(Doubling.class, null).functions())
        .extracting(function -> function.method().toGenericString().split(" ")[2])
        .containsExactly(
            "java.lang.String", "java.util.concurrent.CompletableFuture<java.lang.Integer>");
    assertThat(function(Doubling.class, "run").parameterTypes()).containsExactly(Integer.class);
  }

  public static class Tokens {
    public double workload(int n) {
      return n;
    }
  }

  @Test
  void readsAllAnnotationValues() {
    RemoteFunction function = function(AllKinds.class, "future");

    assertThat(function.name()).isEqualTo("square_it");
    assertThat(function.parameterNames()).containsExactly("x");
    assertThat(function.named()).isTrue();
    assertThat(function.parameterTypes()).containsExactly(int.class);
    assertThat(function.resultType()).isEqualTo(Integer.class);
    assertThat(function.kind()).isEqualTo(ResultKind.FUTURE);
    assertThat(function.execution().maxConcurrency()).isEqualTo(10_000);
    assertThat(function.maxQueueTime()).isEqualTo(Duration.ofMillis(2500));
    assertThat(function.workload()).isEqualTo(Tokens.class);
    assertThat(function.idempotent()).isFalse();
    assertThat(function.benchmark())
        .isEqualTo(new BenchmarkSpec(List.of("{\"x\": 2}", "{\"x\": 3}"), null, 3, 4, false));
  }

  @Test
  void readsDefaultsAndEveryKindOfResult() {
    RemoteFunction stream = function(AllKinds.class, "stream");
    assertThat(stream.name()).isEqualTo("stream");
    assertThat(stream.kind()).isEqualTo(ResultKind.STREAM);
    assertThat(stream.resultType()).isEqualTo(String.class);
    assertThat(stream.maxQueueTime()).isEqualTo(Duration.ofSeconds(30));
    assertThat(stream.execution().maxConcurrency()).isZero();
    assertThat(stream.idempotent()).isTrue();
    assertThat(stream.workload()).isNull();
    assertThat(stream.benchmark()).isNull();

    RemoteFunction publisher = function(AllKinds.class, "publisher");
    assertThat(publisher.kind()).isEqualTo(ResultKind.PUBLISHER);
    assertThat(publisher.resultType().getTypeName()).isEqualTo("java.util.List<java.lang.Double>");

    assertThat(function(AllKinds.class, "nothing").resultType()).isEqualTo(void.class);
    assertThat(function(AllKinds.class, "futureNothing").resultType()).isEqualTo(void.class);
    assertThat(RemoteInterface.read(AllKinds.class, null).functions())
        .extracting(RemoteFunction::name)
        .containsExactly("square_it", "futureNothing", "nothing", "publisher", "stream");
  }

  public interface Mapper<A, B> {
    @Remote
    CompletableFuture<Map<String, B>> map(List<A> values, A[] more, List<? extends A> wild);
  }

  public interface Lengths extends Mapper<String, Integer> {}

  @Test
  void resolvesTypeVariablesOfSuperInterfaces() {
    RemoteFunction function = function(Lengths.class, "map");

    assertThat(function.parameterTypes())
        .extracting(Type::getTypeName)
        .containsExactly(
            "java.util.List<java.lang.String>",
            "java.lang.String[]",
            "java.util.List<java.lang.String>");
    assertThat(function.resultType().getTypeName())
        .isEqualTo("java.util.Map<java.lang.String, java.lang.Integer>");
  }

  public static class LengthsOnWorker implements Lengths {
    public LengthsOnWorker() {}

    @Override
    public CompletableFuture<Map<String, Integer>> map(
        List<String> values, String[] more, List<? extends String> wild) {
      return CompletableFuture.completedFuture(Map.of());
    }
  }

  @Test
  void rejectsAbstractMethodWithoutImplementation() {
    RemoteInterface.read(Lengths.class, LengthsOnWorker.class).checkServable();

    assertInvalid(
        () -> RemoteInterface.read(Lengths.class, null).checkServable(),
        "Lengths.map(List, Object[], List)",
        "no body",
        ".remote(Lengths.class, LengthsImpl.class)");
  }

  public interface NoFunction {
    int plain();
  }

  public interface Overloaded {
    @Remote
    default int f(int x) {
      return x;
    }

    @Remote
    default int f(long x) {
      return 0;
    }
  }

  public interface BenchmarkAlone {
    @Benchmark(dataset = "{}")
    default int f() {
      return 0;
    }
  }

  public interface BadName {
    @Remote(name = "a/b")
    default int f() {
      return 0;
    }
  }

  public interface RawFuture {
    @SuppressWarnings("rawtypes")
    @Remote
    default CompletableFuture f() {
      return CompletableFuture.completedFuture(1);
    }
  }

  public interface Stage {
    @Remote
    default CompletionStage<Integer> f() {
      return CompletableFuture.completedFuture(1);
    }
  }

  public interface PrimitiveStream {
    @Remote
    default IntStream f() {
      return IntStream.empty();
    }
  }

  public interface SameParameterTwice {
    @Remote
    default int f(@Param("a") int x, @Param("a") int y) {
      return x + y;
    }
  }

  public interface NaNQueue {
    @Remote(maxQueueTime = Double.NaN)
    default int f() {
      return 0;
    }
  }

  public interface TwoInputs {
    @Remote
    @Benchmark(dataset = "{}", generator = Inputs.class)
    default int f() {
      return 0;
    }
  }

  public static class Inputs implements Supplier<Map<String, Object>> {
    @Override
    public Map<String, Object> get() {
      return Map.of();
    }
  }

  public interface NoInput {
    @Remote
    @Benchmark
    default int f() {
      return 0;
    }
  }

  public interface ZeroRuns {
    @Remote
    @Benchmark(dataset = "{}", runs = 0)
    default int f() {
      return 0;
    }
  }

  public interface WrongWorkload {
    @Remote(workload = Tokens.class)
    default int f(String text) {
      return 0;
    }
  }

  interface Hidden {
    @Remote
    default int f() {
      return 0;
    }
  }

  public class Inner implements AllKinds {
    public Inner() {}
  }

  public abstract static class Abstract implements AllKinds {
    public Abstract() {}
  }

  public static class TwoConstructors implements AllKinds {
    public TwoConstructors() {}

    public TwoConstructors(String s) {}
  }

  @Test
  void reportsEachMistakeWithItsOwnMessage() {
    assertInvalid(() -> read(NoFunction.class), "NoFunction", "no method is remote", "@Remote");
    assertInvalid(() -> read(Overloaded.class), "Overloaded.f(", "overloads", "Rename");
    assertInvalid(() -> read(BenchmarkAlone.class), "f()", "@Benchmark without @Remote", "@Remote");
    assertInvalid(() -> read(BadName.class), "f()", "'a/b'", "letters");
    assertInvalid(() -> read(RawFuture.class), "f()", "raw type", "CompletableFuture<Integer>");
    assertInvalid(() -> read(Stage.class), "f()", "CompletionStage", "CompletableFuture<T>");
    assertInvalid(() -> read(PrimitiveStream.class), "f()", "IntStream", "Stream<T>");
    assertInvalid(() -> read(SameParameterTwice.class), "f(int, int)", "'a'", "@Param");
    assertInvalid(() -> read(NaNQueue.class), "f()", "NaN", "seconds");
    assertInvalid(() -> read(TwoInputs.class), "f()", "both", "Give one");
    assertInvalid(() -> read(NoInput.class), "f()", "neither", "dataset");
    assertInvalid(() -> read(ZeroRuns.class), "f()", "runs is 0", "at least 1");
    assertInvalid(
        () -> read(WrongWorkload.class), "f(String)", "Tokens", "public double workload(String)");
    assertInvalid(() -> read(Hidden.class), "Hidden", "not public", "Make Hidden public");
    assertInvalid(() -> read(String.class), "java.lang.String", "not an interface", "interface");
    assertInvalid(
        () -> RemoteInterface.read(AllKinds.class, Inner.class), "Inner", "inner class", "static");
    assertInvalid(
        () -> RemoteInterface.read(AllKinds.class, Abstract.class),
        "Abstract",
        "abstract",
        "concrete");
    assertInvalid(
        () -> RemoteInterface.read(AllKinds.class, TwoConstructors.class),
        "TwoConstructors",
        "2 public constructors",
        "exactly one");
    assertInvalid(
        () -> RemoteInterface.read(AllKinds.class, Tokens.class),
        "Tokens",
        "does not implement",
        "implements AllKinds");
  }

  public static class Model implements Context<StringBuilder> {
    public Model(String name, int size) {}

    @Override
    public StringBuilder enter() {
      return new StringBuilder();
    }
  }

  public static class WithModel implements AllKinds {
    public WithModel(StringBuilder model) {}
  }

  public static class WithUnknown implements AllKinds {
    public WithUnknown(Thread model) {}
  }

  @Test
  void injectsContextsByTypeOfValue() {
    ContextClass model = ContextClass.read(Model.class);

    assertThat(model.argumentTypes()).containsExactly(String.class, int.class);
    assertThat(model.valueType()).isEqualTo(StringBuilder.class);
    assertThat(
            ContextClass.injected(
                RemoteInterface.read(AllKinds.class, WithModel.class).constructor(),
                List.of(model)))
        .containsExactly(model);
    assertInvalid(
        () ->
            ContextClass.injected(
                RemoteInterface.read(AllKinds.class, WithUnknown.class).constructor(),
                List.of(model)),
        "parameter 1 (Thread)",
        "no registered context",
        "Context<Thread>");
    assertInvalid(
        () ->
            ContextClass.injected(
                RemoteInterface.read(AllKinds.class, WithModel.class).constructor(),
                List.of(model, model)),
        "parameter 1",
        "several",
        "Contexts.get");
    assertInvalid(() -> ContextClass.read(Tokens.class), "Tokens", "implement", "Context");
  }

  private static RemoteInterface read(Class<?> type) {
    return RemoteInterface.read(type, null);
  }

  private static RemoteFunction function(Class<?> type, String method) {
    return RemoteInterface.read(type, null).functions().stream()
        .filter(f -> f.method().getName().equals(method))
        .findFirst()
        .orElseThrow();
  }

  private static void assertInvalid(
      ThrowingCallable call, String location, String problem, String fix) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidDeploymentException.class))
        .satisfies(
            e -> {
              assertThat(e.location()).contains(location);
              assertThat(e.problem()).contains(problem);
              assertThat(e.fix()).contains(fix);
              assertThat(e).hasMessageContainingAll(location, problem, fix);
            });
  }
}
