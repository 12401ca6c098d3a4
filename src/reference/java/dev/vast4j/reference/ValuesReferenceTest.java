package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.RemoteType;
import dev.vast4j.Vast;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.local.LocalVast;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls the reference's Python worker through typed interfaces. */
@Timeout(120)
public class ValuesReferenceTest {
  private static LocalVast engine;
  private static Vast vast;
  private static Deployment app;

  /** A Python class of the deployed source. */
  @RemoteType(name = "Point")
  public record Point(int x, double y) {}

  /** A dict in Python. */
  public record Reading(String name, double value, List<Integer> history) {}

  /** A string in Python. */
  public enum Level {
    LOW,
    HIGH
  }

  /** The source's other functions. */
  public interface Functions {
    @Remote
    CompletableFuture<Integer> square(int x);

    @Remote
    String described(@Nullable Object value);

    @Remote
    Point moved(Point point, int by);

    @Remote
    int fail(String message);
  }

  /** Functions that return their argument, one for each kind of type. */
  public interface Echoes {
    @Remote
    boolean aBoolean(boolean value);

    @Remote
    int anInt(int value);

    @Remote
    long aLong(long value);

    @Remote
    BigInteger aBig(BigInteger value);

    @Remote
    BigDecimal aDecimal(BigDecimal value);

    @Remote
    double aDouble(double value);

    @Remote
    float aFloat(float value);

    @Remote
    String aString(String value);

    @Remote
    char aCharacter(char value);

    @Remote
    Level anEnum(Level value);

    @Remote
    Optional<String> anOptional(Optional<String> value);

    @Remote
    UUID aUuid(UUID value);

    @Remote
    Instant anInstant(Instant value);

    @Remote
    LocalDate aDate(LocalDate value);

    @Remote
    Duration aDuration(Duration value);

    @Remote
    byte[] bytes(byte[] value);

    @Remote
    ByteBuffer buffer(ByteBuffer value);

    @Remote
    float[] floats(float[] value);

    @Remote
    double[] doubles(double[] value);

    @Remote
    int[] ints(int[] value);

    @Remote
    long[] longs(long[] value);

    @Remote
    int[][] grid(int[][] value);

    @Remote
    List<String> list(List<String> value);

    @Remote
    List<Map<String, Reading>> listOfMaps(List<Map<String, Reading>> value);

    @Remote
    Set<Level> set(Set<Level> value);

    @Remote
    Map<Integer, String> mapByInt(Map<Integer, String> value);

    @Remote
    Map<List<Integer>, Double> mapByList(Map<List<Integer>, Double> value);

    @Remote
    Reading record(Reading value);

    @Remote
    Point point(Point value);

    @Remote
    @Nullable Object anything(@Nullable Object value);
  }

  @BeforeAll
  static void deploy() throws Exception {
    Reference.require();
    engine = LocalVast.start();
    vast = engine.client();
    app =
        Deployment.builder("functions")
            .vast(vast)
            .python(Reference.PROGRAMS.resolve("functions.py"))
            .remote(Functions.class)
            .remote(Echoes.class)
            .image(Image.of("functions", 1))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build();
    app.ensureReady();
    app.awaitWorkers(1, Duration.ofMinutes(1));
  }

  @AfterAll
  static void stop() {
    if (app != null) {
      app.close();
      vast.close();
      engine.close();
    }
  }

  @Test
  void echoesEveryKindOfValue() {
    Echoes echo = app.remote(Echoes.class);
    Reading reading = new Reading("größe 😀 \u2028 \0", -0.0, List.of(1, -2));

    assertThat(echo.aBoolean(true)).isTrue();
    assertThat(echo.aBoolean(false)).isFalse();
    assertThat(echo.anInt(Integer.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE);
    assertThat(echo.aLong(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    BigInteger big = BigInteger.TEN.pow(40).negate();
    assertThat(echo.aBig(big)).isEqualTo(big);
    assertThat(echo.aDecimal(new BigDecimal("12.5"))).isEqualTo(new BigDecimal("12.5"));
    for (double d :
        new double[] {
          0.1, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY
        }) {
      assertThat(Double.valueOf(echo.aDouble(d))).isEqualTo(Double.valueOf(d));
    }
    assertThat(echo.aFloat(0.1f)).isEqualTo(0.1f);
    assertThat(echo.aString(reading.name())).isEqualTo(reading.name());
    assertThat(echo.aCharacter('é')).isEqualTo('é');
    assertThat(echo.anEnum(Level.HIGH)).isEqualTo(Level.HIGH);
    assertThat(echo.anOptional(Optional.of("there"))).contains("there");
    assertThat(echo.anOptional(Optional.empty())).isEmpty();
    UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
    assertThat(echo.aUuid(uuid)).isEqualTo(uuid);
    Instant instant = Instant.parse("2026-11-26T01:02:03.123456789Z");
    assertThat(echo.anInstant(instant)).isEqualTo(instant);
    assertThat(echo.aDate(LocalDate.of(2024, 2, 29))).isEqualTo(LocalDate.of(2024, 2, 29));
    assertThat(echo.aDuration(Duration.ofMillis(1501))).isEqualTo(Duration.ofMillis(1501));
    assertThat(echo.bytes(new byte[] {0, -1, 127})).containsExactly(0, -1, 127);
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2});
    assertThat(echo.buffer(buffer)).isEqualTo(buffer);
    float[] floats = {0.1f, -1e30f, Float.NaN};
    assertThat(echo.floats(floats)).isEqualTo(floats);
    double[] doubles = {0.1, 1e300, Double.POSITIVE_INFINITY};
    assertThat(echo.doubles(doubles)).isEqualTo(doubles);
    assertThat(echo.ints(new int[] {1, 2})).containsExactly(1, 2);
    assertThat(echo.longs(new long[] {Long.MIN_VALUE})).containsExactly(Long.MIN_VALUE);
    assertThat(echo.grid(new int[][] {{1}, {}, {2, 3}}))
        .isDeepEqualTo(new int[][] {{1}, {}, {2, 3}});
    assertThat(echo.list(List.of("a", ""))).containsExactly("a", "");
    assertThat(echo.listOfMaps(List.of(Map.of("r", reading))))
        .containsExactly(Map.of("r", reading));
    assertThat(echo.set(Set.of(Level.LOW, Level.HIGH))).containsExactlyInAnyOrder(Level.values());
    assertThat(echo.mapByInt(Map.of(1, "one"))).isEqualTo(Map.of(1, "one"));
    assertThat(echo.mapByList(Map.of(List.of(1, 2), 0.5))).isEqualTo(Map.of(List.of(1, 2), 0.5));
    assertThat(echo.record(reading)).isEqualTo(reading);
    assertThat(echo.point(new Point(1, 2.5))).isEqualTo(new Point(1, 2.5));
    assertThat(echo.anything(null)).isNull();
    List<@Nullable Object> mixed = Arrays.asList(1, "a", 0.5, null, List.of(), Map.of(1, 2));
    assertThat(echo.anything(mixed)).isEqualTo(mixed);
  }

  /** A function might return an equal value although it decoded a different one. */
  @Test
  void pythonDecodesTheIntendedValues() {
    Functions functions = app.remote(Functions.class);

    assertThat(functions.described(true)).isEqualTo("1");
    assertThat(functions.described(BigInteger.TWO.pow(70))).isEqualTo("1180591620717411303424");
    assertThat(functions.described(0.1)).isEqualTo("0.1");
    assertThat(functions.described(Double.NaN)).isEqualTo("nan");
    assertThat(functions.described("größe")).isEqualTo("'größe'");
    assertThat(functions.described(new byte[] {0, -1})).isEqualTo("b'\\x00\\xff'");
    assertThat(functions.described(new float[] {0.5f, 2})).isEqualTo("[0.5, 2.0]");
    assertThat(functions.described(Map.of(1, List.of("a")))).isEqualTo("{1: ['a']}");
    assertThat(functions.described(Map.of(List.of(1, 2), "k"))).isEqualTo("{(1, 2): 'k'}");
    assertThat(functions.described(Level.LOW)).isEqualTo("'LOW'");
    assertThat(functions.described(new Reading("a", 1.5, List.of(3))))
        .isEqualTo("{'name': 'a', 'value': 1.5, 'history': [3]}");
    assertThat(functions.described(null)).isEqualTo("None");
  }

  @Test
  void convertsInstancesOfPythonClasses() {
    assertThat(app.remote(Functions.class).moved(new Point(1, 2.5), 10))
        .isEqualTo(new Point(11, 12.5));
  }

  @Test
  void throwsWhatPythonRaises() {
    Functions functions = app.remote(Functions.class);

    RemoteExecutionException thrown =
        catchThrowableOfType(RemoteExecutionException.class, () -> functions.fail("too hot"));

    assertThat(thrown.remoteClass()).isEqualTo("builtins.ValueError");
    assertThat(functions.square(5).orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo(25);
  }
}
