package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.errors.DecodingException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid JSON that does not fit the declared type, on either side of a call. */
class UnfitValuesTest {
  record Point(int x, BigDecimal y) {}

  private final WireCodec codec = WireCodec.standard();

  static Stream<Arguments> unfit() {
    String infinity = "Infinity";
    return Stream.of(
        Arguments.of(int.class, "1e30", "1e30"),
        Arguments.of(int.class, "2147483648", "2147483648"),
        Arguments.of(Optional.class, "{\"type\":\"bytes\",\"contents\":\"a!\"}", "base64"),
        Arguments.of(long.class, "123456789012345678901234567890", "out of range"),
        Arguments.of(byte.class, "300", "out of range"),
        Arguments.of(short.class, "-40000", "out of range"),
        Arguments.of(int.class, infinity, infinity),
        Arguments.of(Long.class, "-Infinity", infinity),
        Arguments.of(BigDecimal.class, infinity, infinity),
        Arguments.of(BigInteger.class, infinity, infinity),
        Arguments.of(BigDecimal.class, "NaN", "NaN"),
        Arguments.of(Point.class, dict("x", "1e99"), "x"),
        Arguments.of(Point.class, dict("y", infinity), "at y cannot be decoded: Infinity"),
        Arguments.of(byte[].class, "{\"type\":\"bytes\",\"contents\":\"!!!!\"}", "base64"),
        Arguments.of(byte[].class, "{\"contents\":\"a\",\"type\":\"bytes\"}", "base64"),
        Arguments.of(Object.class, "{\"type\":\"bytes\",\"contents\":\"YQ=\"}", "base64"),
        Arguments.of(String.class, "5", ""),
        Arguments.of(String.class, "[1]", "bare JSON array"));
  }

  private static String dict(String key, String value) {
    return "{\"type\":\"dict\",\"contents\":[[\"" + key + "\"," + value + "]]}";
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void resultIsUndecodableAndNotCutOff(Type type, String value, String words) {
    String answer = "{\"result\":{\"ok\":" + value + "}}";
    DecodingException e =
        catchThrowableOfType(
            DecodingException.class, () -> codec.readOutcome(in(answer), type, "result of f"));
    if (!words.equals("1e30") && !words.equals("2147483648")) {
      assertThat(e).hasMessageContaining(words);
    }
    assertThat(WireCodec.cutOff(e)).isFalse();
    for (int end = 0; end < answer.length() - 2; end++) {
      String part = answer.substring(0, end);
      DecodingException cut =
          catchThrowableOfType(
              DecodingException.class, () -> codec.readOutcome(in(part), Object.class, "it"));
      assertThat(cut).as(part).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void argumentIsRefusedByItsName(Type type, String value, String words) {
    Signature signature = new Signature("f", List.of("x"), List.of(type), true);
    String call =
        "{\"auth_data\":{\"cost\":1,\"endpoint\":\"e\",\"reqnum\":1,\"request_idx\":1,"
            + "\"signature\":\"s\",\"url\":\"u\"},\"session_id\":null,"
            + "\"payload\":{\"kwargs\":{\"x\":"
            + value
            + "}}}";
    MalformedCallException e =
        catchThrowableOfType(
            MalformedCallException.class, () -> codec.readCall(in(call), signature));
    assertThat(e.errors()).containsOnlyKeys("payload");
    assertThat(e.errors().toString()).contains("x=");
  }

  @Test
  void brokenJsonIsCutOff() {
    for (String answer :
        List.of("", "{", "{\"result\":{\"ok\":2", "<html>", "{\"result\":{\"ok\":\"a", "nul")) {
      DecodingException e =
          catchThrowableOfType(
              DecodingException.class, () -> codec.readOutcome(in(answer), Object.class, "it"));
      assertThat(WireCodec.cutOff(e)).as(answer).isTrue();
    }
  }
}
