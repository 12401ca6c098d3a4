package dev.vast4j.internal.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.BatchResult;
import dev.vast4j.Batched;
import dev.vast4j.Remote;
import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class BatchedInterfaceTest {

  public interface AllTypes {
    @Remote
    @Batched(method = "many", maxSize = 7, maxWaitMillis = 0)
    default double one(int n, Optional<String> text, Map<String, List<byte[]>> map) {
      return 0;
    }

    default List<Double> many(
        List<Integer> n, List<Optional<String>> text, List<Map<String, List<byte[]>>> map) {
      return List.of();
    }

    @Remote
    @Batched(method = "futures")
    CompletableFuture<float[]> future(String text);

    default List<BatchResult<float[]>> futures(List<String> texts) {
      return List.of();
    }

    /** Another method of the same name. */
    default List<float[]> futures(String text) {
      return List.of();
    }

    @Remote
    @Batched(method = "nothings")
    void nothing(String text);

    default void nothings(List<String> texts) {}

    @Remote
    @Batched(method = "nothingsLater")
    CompletableFuture<Void> nothingLater(long n);

    default List<BatchResult<Void>> nothingsLater(List<Long> n) {
      return List.of();
    }
  }

  public interface Mapper<I, O> {
    @Remote
    @Batched(method = "mapAll")
    O map(I input);

    List<O> mapAll(List<I> inputs);
  }

  public interface Lengths extends Mapper<List<String>, Integer> {}

  public static class LengthsImpl implements Lengths {
    @Override
    public Integer map(List<String> input) {
      return input.size();
    }

    @Override
    public List<Integer> mapAll(List<List<String>> inputs) {
      return inputs.stream().map(List::size).toList();
    }
  }

  public interface Hidden {
    @Remote
    @Batched(method = "secret")
    int f(int x);
  }

  public abstract static class Secrets<T> {
    public List<T> secret(List<T> x) {
      return x;
    }
  }

  public static class HiddenImpl extends Secrets<Integer> implements Hidden {
    @Override
    public int f(int x) {
      return x;
    }
  }

  public static class PrivateImpl implements Hidden {
    @Override
    public int f(int x) {
      return x;
    }

    List<Integer> secret(List<Integer> x) {
      return x;
    }
  }

  public interface Wrong {
    @Remote
    @Batched(method = "all")
    default float[] embed(String text, int size) {
      return new float[0];
    }

    default List<float[]> all(List<String> texts) {
      return List.of();
    }
  }

  public interface WrongResult {
    @Remote
    @Batched(method = "all")
    default Map<String, Integer> f(int x) {
      return Map.of();
    }

    default List<Integer> all(List<Integer> x) {
      return x;
    }
  }

  public interface Static {
    @Remote
    @Batched(method = "all")
    int f(int x);
  }

  public static class StaticImpl implements Static {
    @Override
    public int f(int x) {
      return x;
    }

    public static List<Integer> all(List<Integer> x) {
      return x;
    }
  }

  public interface Streams {
    @Remote
    @Batched(method = "all")
    default Stream<String> f(String text) {
      return Stream.of(text);
    }

    default List<String> all(List<String> texts) {
      return texts;
    }
  }

  public interface NoParameter {
    @Remote
    @Batched(method = "all")
    default int f() {
      return 0;
    }

    default List<Integer> all() {
      return List.of();
    }
  }

  public interface NoBody {
    @Remote
    @Batched(method = "all")
    default int f(int x) {
      return x;
    }

    List<Integer> all(List<Integer> x);
  }

  public interface BadSize {
    @Remote
    @Batched(method = "all", maxSize = 0)
    int f(int x);

    default List<Integer> all(List<Integer> x) {
      return x;
    }
  }

  public interface BadWait {
    @Remote
    @Batched(method = "all", maxWaitMillis = -1)
    int f(int x);

    default List<Integer> all(List<Integer> x) {
      return x;
    }
  }

  public interface NotRemote {
    @Batched(method = "all")
    int f(int x);
  }

  public interface BadBound {
    @Remote(maxConcurrency = -1)
    default int f(int x) {
      return x;
    }
  }

  public interface TwoBounds {
    @Remote(maxConcurrency = 2, allowParallelRequests = true)
    default int f(int x) {
      return x;
    }
  }

  public interface BadTimeout {
    @Remote(timeoutSeconds = -1)
    default int f(int x) {
      return x;
    }
  }

  public interface BadWorkerTimeout {
    @Remote(workerTimeoutSeconds = Double.NaN)
    default int f(int x) {
      return x;
    }
  }

  public interface BadAttempts {
    @Remote(maxAttempts = -1)
    default int f(int x) {
      return x;
    }
  }

  @Test
  void findsTheBodyForEveryKindOfParameterAndResult() {
    RemoteInterface read = RemoteInterface.read(AllTypes.class, null);
    read.checkServable();
    for (RemoteFunction function : read.functions()) {
      BatchSpec batch = function.execution().batch();
      assertThat(batch).as(function.name()).isNotNull();
      assertThat(batch.body()).as(function.name()).isNotNull();
    }
    BatchSpec one = read.functions().get(3).execution().batch();
    assertThat(one.maxSize()).isEqualTo(7);
    assertThat(one.maxWait()).isZero();
    BatchSpec future = read.functions().get(0).execution().batch();
    assertThat(future.maxSize()).isEqualTo(64);
    assertThat(future.maxWait()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void findsInheritedGenericBodies() {
    RemoteInterface read = RemoteInterface.read(Lengths.class, LengthsImpl.class);
    read.checkServable();
    assertThat(read.functions().get(0).execution().batch().signature())
        .startsWith("List<Integer> mapAll(List<List<String>> ");
  }

  @Test
  void findsBodiesOfTheImplementingClassAlone() {
    RemoteInterface.read(Hidden.class, HiddenImpl.class).checkServable();
  }

  @Test
  void needsNoBodyWhereNothingIsServed() {
    RemoteInterface read = RemoteInterface.read(Hidden.class, null);
    assertThatThrownBy(read::checkServable)
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("List<Integer> secret(List<Integer> ");
  }

  @Test
  void showsTheSignatureToWrite() {
    assertInvalid(Wrong.class, null, "Wrong.embed(String, int)", "List<float[]> all(List<String> ");
    assertInvalid(
        WrongResult.class, null, "WrongResult.f(int)", "List<Map<String, Integer>> all(List<Int");
    assertInvalid(Hidden.class, PrivateImpl.class, "not public", "public List<Integer> secret(");
    assertInvalid(Static.class, StaticImpl.class, "static", "List<Integer> all(List<Integer> ");
    assertInvalid(NoBody.class, null, "no body", "default List<Integer> all(List<Integer> ");
  }

  @Test
  void refusesWhatCannotBeBatched() {
    assertInvalid(Streams.class, null, "Streams.f(String)", "streams");
    assertInvalid(NoParameter.class, null, "NoParameter.f()", "parameter");
    assertInvalid(NotRemote.class, null, "@Batched without @Remote", "@Remote");
    assertInvalid(BadSize.class, null, "maxSize is 0", "1 to 65536");
    assertInvalid(BadWait.class, null, "maxWaitMillis is -1", "0 to 60000");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertInvalid(BadBound.class, null, "maxConcurrency is -1", "10000");
    assertInvalid(TwoBounds.class, null, "maxConcurrency is 2", "maxConcurrency alone");
    assertInvalid(BadTimeout.class, null, "timeoutSeconds is -1.0", "above 0");
    assertInvalid(BadWorkerTimeout.class, null, "workerTimeoutSeconds is NaN", "above 0");
    assertInvalid(BadAttempts.class, null, "maxAttempts is -1", "1 or more");
  }

  private static void assertInvalid(
      Class<?> type, @Nullable Class<?> implementation, String... parts) {
    assertThatThrownBy(() -> RemoteInterface.read(type, implementation).checkServable())
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidDeploymentException.class))
        .satisfies(e -> assertThat(e).hasMessageContainingAll(parts));
  }
}
