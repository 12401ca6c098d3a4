package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.AttachOptions;
import dev.vast4j.Autoscaling;
import dev.vast4j.Batch;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.Sessions;
import dev.vast4j.Vast;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.local.LocalVast;
import dev.vast4j.observe.CallObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Arrays of numbers on their way to a real worker and back. */
@Timeout(120)
public class ArraysTest {
  private static final int COUNT = 100_000;

  /** A float in base64 has 5.4 bytes, in text some ten. */
  private static final long BYTES = COUNT * 6L;

  private static LocalVast engine;
  private static Vast vast;
  private static Deployment app;
  private static Deployment attached;
  private static final List<CallObserver.Attempt> ATTEMPTS = new CopyOnWriteArrayList<>();

  /** Every kind of array, among others. */
  public record Samples(
      String name, float[] floats, double[] doubles, int[] ints, long[] longs, short[] shorts) {}

  /** What a session keeps. */
  public static final class Sum {
    private final float[] values = new float[3];
  }

  /** Called from everywhere. */
  public interface Numbers {
    /** Twice each. */
    @Remote
    @Benchmark(dataset = "{\"numbers\": [1, 2.5]}", runs = 1)
    default float[] twice(float[] numbers) {
      float[] result = new float[numbers.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = 2 * numbers[i];
      }
      return result;
    }

    /** In a record. */
    @Remote
    default Samples samples(Samples samples) {
      return samples;
    }

    /** Rows to a list. */
    @Remote
    default List<float[]> rows(float[][] rows) {
      return Arrays.asList(rows);
    }

    /** A list to rows. */
    @Remote
    default double[][] list(List<double[]> rows) {
      return rows.toArray(new double[0][]);
    }

    /** In a map, or not at all. */
    @Remote
    default Map<String, int[]> maybe(Optional<int[]> numbers) {
      return numbers.map(found -> Map.of("found", found)).orElse(Map.of());
    }

    /** Later. */
    @Remote
    default CompletableFuture<long[]> later(long[] numbers) {
      return CompletableFuture.completedFuture(numbers);
    }

    /** One after the other. */
    @Remote
    default Stream<short[]> stream(short[] numbers) {
      return Stream.of(numbers, new short[0], numbers);
    }

    /** Whatever it is. */
    @Remote
    default Map<String, Object> any(Map<String, Object> numbers) {
      return Map.of(
          "class", numbers.get("x") instanceof List<?> ? "list" : "other", "y", new int[2]);
    }

    /** Adds to what the session has. */
    @Remote
    default float[] add(float[] numbers) {
      float[] values = Sessions.get(Sum.class, Sum::new).values;
      for (int i = 0; i < values.length; i++) {
        values[i] += numbers[i];
      }
      return values;
    }

    /** Declared otherwise by newer callers. */
    @Remote
    default int size(List<Float> numbers) {
      return numbers.size();
    }
  }

  /** The same function as a newer caller declares it, before the workers are updated. */
  public interface NewerNumbers {
    /** Was a list. */
    @Remote
    int size(float[] numbers);
  }

  @BeforeAll
  static void deploy() {
    engine = LocalVast.start();
    vast = engine.client();
    app =
        Deployment.builder("arrays")
            .vast(vast)
            .remote(Numbers.class)
            .image(Image.of("arrays", 1))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build();
    app.ensureReady();
    app.awaitWorkers(1, Duration.ofMinutes(1));
    attached =
        Deployment.attach(
            "arrays", "default", vast, AttachOptions.defaults().observe(new Recorder()));
  }

  @AfterAll
  static void stop() {
    attached.close();
    app.delete();
    app.close();
    vast.close();
    engine.close();
  }

  private static final class Recorder implements CallObserver {
    @Override
    public Observation begin(CallInfo call) {
      return new Observation() {
        @Override
        public void attempted(Attempt attempt) {
          ATTEMPTS.add(attempt);
        }
      };
    }
  }

  private static float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) Math.sin(i);
    }
    return floats;
  }

  /** The registration says what the workers read, so that the first call knows. */
  @Test
  void areBytesFromTheFirstCall() {
    ATTEMPTS.clear();
    float[] floats = floats(COUNT);
    float[] twice = attached.remote(Numbers.class).twice(floats);
    assertThat(twice).hasSize(COUNT);
    assertThat(twice[7]).isEqualTo(2 * floats[7]);
    assertThat(ATTEMPTS).hasSize(1);
    assertThat(ATTEMPTS.get(0).requestBytes()).isBetween(COUNT * 5L, BYTES);
    assertThat(ATTEMPTS.get(0).responseBytes()).isBetween(COUNT * 5L, BYTES);
  }

  @Test
  void arriveAsTheyWereSent() {
    for (Numbers numbers : List.of(app.remote(Numbers.class), app.local(Numbers.class))) {
      Samples samples =
          new Samples(
              "s",
              new float[] {1.5f, -0f},
              new double[] {Double.MIN_VALUE},
              new int[] {Integer.MIN_VALUE, 1},
              new long[] {Long.MAX_VALUE},
              new short[] {-1, 2});
      Samples back = numbers.samples(samples);
      assertThat(back).usingRecursiveComparison().isEqualTo(samples);
      assertThat(numbers.rows(new float[][] {{1}, {}, {2, 3}}))
          .usingRecursiveComparison()
          .isEqualTo(List.of(new float[] {1}, new float[0], new float[] {2, 3}));
      assertThat(numbers.list(List.of(new double[] {1, 2}, new double[0])))
          .isDeepEqualTo(new double[][] {{1, 2}, {}});
      assertThat(numbers.maybe(Optional.of(new int[] {4})).get("found")).containsExactly(4);
      assertThat(numbers.maybe(Optional.empty())).isEmpty();
      assertThat(numbers.later(new long[] {5}).join()).containsExactly(5);
      try (Stream<short[]> stream = numbers.stream(new short[] {6})) {
        assertThat(stream.toList())
            .usingRecursiveComparison()
            .isEqualTo(List.of(new short[] {6}, new short[0], new short[] {6}));
      }
    }
  }

  @Test
  void areListsInAnObject() {
    Map<String, Object> answer = app.remote(Numbers.class).any(Map.of("x", new float[] {1, 2}));
    assertThat(answer).containsEntry("class", "list").containsEntry("y", List.of(0, 0));
  }

  @Test
  void ofSessionsAndBatches() {
    try (Session session = app.openSession(SessionOptions.lasting(Duration.ofMinutes(1)))) {
      Numbers numbers = session.remote(Numbers.class);
      numbers.add(new float[] {1, 2, 3});
      assertThat(numbers.add(new float[] {1, 2, 3})).containsExactly(2, 4, 6);
    }
    Numbers numbers = app.remote(Numbers.class);
    List<long[]> inputs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      inputs.add(new long[] {i, i});
    }
    try (Stream<Batch.Result<long[], long[]>> results = Batch.map(inputs, numbers::later)) {
      results.forEach(result -> assertThat(result.get()).isEqualTo(result.input()));
    }
  }

  /** As during a rolling update: newer callers declare an array where the worker has a list. */
  @Test
  void areListsToAWorkerThatDeclaresLists() {
    CallOptions once = CallOptions.defaults().idempotent(false).maxAttempts(1);
    NewerNumbers newer = attached.remote(NewerNumbers.class, once);
    for (int count : new int[] {3, 200_000}) {
      assertThat(newer.size(floats(count))).isEqualTo(count);
    }
  }

  /** Bytes of other elements are refused before anything runs; the lists are then sent. */
  @Test
  void areSentAgainAsListsToAWorkerWithOtherElements() {
    CallOptions once = CallOptions.defaults().idempotent(false).maxAttempts(1);
    ATTEMPTS.clear();
    assertThat(attached.remote(NarrowNumbers.class, once).later(new int[] {5}).join())
        .containsExactly(5);
    assertThat(ATTEMPTS)
        .extracting(CallObserver.Attempt::outcome)
        .containsExactly(CallObserver.Outcome.REFUSED, CallObserver.Outcome.OK);
  }

  /** Declares other elements than the worker. */
  public interface NarrowNumbers {
    /** Was of longs. */
    @Remote
    CompletableFuture<long[]> later(int[] numbers);
  }

  /** By name, nothing is declared. */
  @Test
  void areListsToCallersByName() {
    List<Object> arguments = List.of(List.of(1, 2.5));
    try (Stream<Object> results = app.call("twice", arguments, CallOptions.defaults())) {
      assertThat(results).containsExactly(List.of(2.0, 5.0));
    }
    assertThat(attached.remote(LooseNumbers.class).twice(List.of(1.5f))).isEqualTo(List.of(3.0f));
  }

  /** Declares lists where the worker has arrays. */
  public interface LooseNumbers {
    /** Boxed. */
    @Remote
    List<Float> twice(List<Float> numbers);
  }

  @Test
  void ofTheWrongTypeAreRefused() {
    assertThatThrownBy(() -> attached.remote(WrongNumbers.class).samples(floats(3)))
        .isInstanceOf(CallRefusedException.class)
        .hasMessageContaining("samples");
  }

  /** Has an array where the worker wants a record. */
  public interface WrongNumbers {
    /** Wrong. */
    @Remote
    int samples(float[] samples);
  }
}
