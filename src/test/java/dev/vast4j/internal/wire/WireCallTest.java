package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.vast4j.RemoteType;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Call bodies, outcomes and exceptions between client and worker. */
class WireCallTest {
  private static final String AUTH =
      "\"auth_data\": {\"url\": \"https://w\", \"signature\": \"s\", \"reqnum\": 7,"
          + " \"request_idx\": 8, \"cost\": 100, \"endpoint\": \"e\", \"__request_id\": \"more\"}";

  private final WireCodec codec = WireCodec.standard();
  private final Signature square = signature("square", "x", int.class);
  private final Signature two =
      new Signature("two", List.of("a", "b"), List.of(String.class, OPTIONAL_INT), true);
  private static final Type OPTIONAL_INT = java.util.OptionalInt.class;

  record Point(int x, double y) {}

  @RemoteType(module = ".shapes", name = "Point")
  record PythonPoint(int x, boolean big) {}

  @RemoteType(name = "Box")
  record PythonBox(PythonPoint corner, List<PythonPoint> others) {}

  private static Signature signature(String function, String name, Type type) {
    return new Signature(function, List.of(name), List.of(type), true);
  }

  @Test
  void writesPayloadByName() throws IOException {
    assertThat(payload(two, Dialect.JAVA, "t", java.util.OptionalInt.of(3)))
        .isEqualTo("{\"kwargs\":{\"a\":\"t\",\"b\":3}}");
  }

  @Test
  void writesPayloadByPositionWithoutNames() throws IOException {
    Signature unnamed =
        new Signature("f", List.of("0", "1"), List.of(int.class, boolean.class), false);

    assertThat(payload(unnamed, Dialect.PYTHON, 1, true)).isEqualTo("{\"args\":[1,1]}");
  }

  @Test
  void leavesOutEmptyAndNullableArgumentsForJavaByName() throws IOException {
    Signature optional =
        new Signature(
            "f",
            List.of("a", "b", "n", "s"),
            List.of(String.class, OPTIONAL_INT, String.class, String.class),
            true,
            Set.of("n"));
    Object[] empty = {null, java.util.OptionalInt.empty(), null, null};

    assertThat(payload(optional, Dialect.JAVA, empty))
        .isEqualTo("{\"kwargs\":{\"a\":null,\"s\":null}}");
    assertThat(payload(optional, Dialect.PYTHON, empty))
        .isEqualTo("{\"kwargs\":{\"a\":null,\"b\":null,\"n\":null,\"s\":null}}");
    assertThat(payload(optional, Dialect.JAVA, "t", java.util.OptionalInt.of(0), "", "u"))
        .isEqualTo("{\"kwargs\":{\"a\":\"t\",\"b\":0,\"n\":\"\",\"s\":\"u\"}}");
    assertThat(
            payload(
                new Signature(
                    "f",
                    List.of("0", "1"),
                    List.of(OPTIONAL_INT, String.class),
                    false,
                    Set.of("1")),
                Dialect.JAVA,
                java.util.OptionalInt.empty(),
                null))
        .isEqualTo("{\"args\":[null,null]}");
  }

  @Test
  void missingNullableParameterIsNull() throws Exception {
    Signature nullable =
        new Signature("f", List.of("a", "n"), List.of(int.class, String.class), true, Set.of("n"));

    assertThat(call("{" + AUTH + ",\"payload\":{\"kwargs\":{\"a\":1}}}", nullable).arguments())
        .isEqualTo(Arrays.asList(1, null));
    assertThat(call("{" + AUTH + ",\"payload\":{\"args\":[1]}}", nullable).arguments())
        .isEqualTo(Arrays.asList(1, null));
  }

  @Test
  void nullForAnUnknownParameterIsIgnored() throws Exception {
    assertThat(
            call("{" + AUTH + ",\"payload\":{\"kwargs\":{\"later\":null,\"x\":5}}}", square)
                .arguments())
        .containsExactly(5);
  }

  @Test
  void remoteTypeIsInstanceForPythonAndDictForJava() throws IOException {
    PythonBox box = new PythonBox(new PythonPoint(1, true), List.of());

    assertThat(Wire.write(codec, box, PythonBox.class, Dialect.PYTHON))
        .isEqualTo(
            "{\"type\":\"obj\",\"module\":{\"type\":\"relative\",\"path\":[]},\"class\":\"Box\","
                + "\"contents\":{\"corner\":{\"type\":\"obj\",\"module\":{\"type\":\"relative\","
                + "\"path\":[\"shapes\"]},\"class\":\"Point\",\"contents\":{\"x\":1,\"big\":1}},"
                + "\"others\":{\"type\":\"list\",\"contents\":[]}}}");
    assertThat(Wire.write(codec, new PythonPoint(1, true), PythonPoint.class, Dialect.JAVA))
        .isEqualTo("{\"type\":\"dict\",\"contents\":[[\"x\",1],[\"big\",true]]}");
    for (Dialect dialect : Dialect.values()) {
      assertThat(Wire.roundTrip(codec, box, PythonBox.class, dialect)).isEqualTo(box);
    }
  }

  @Test
  void readsCallWithFieldsInAnyOrder() throws Exception {
    String payload = "\"payload\": {\"more\": [1], \"kwargs\": {\"x\": 5}}";
    String session = "\"session_id\": \"s1\", \"new\": {\"type\": 1}";

    for (String body :
        List.of(
            "{" + AUTH + "," + session + "," + payload + "}",
            "{" + payload + "," + session + "," + AUTH + "}")) {
      IncomingCall call = call(body, square);

      assertThat(call.arguments()).containsExactly(5);
      assertThat(call.sessionId()).isEqualTo("s1");
      assertThat(call.auth().url()).isEqualTo("https://w");
      assertThat(call.auth().reqnum()).isEqualTo(7);
      assertThat(call.auth().requestIdx()).isEqualTo(8);
      assertThat(call.auth().cost()).isEqualTo(100);
      assertThat(call.auth().raw().get("__request_id").textValue()).isEqualTo("more");
    }
  }

  @Test
  void readsPositionalArgumentsInOrder() throws Exception {
    assertThat(call("{" + AUTH + ",\"payload\":{\"args\":[\"t\"],\"kwargs\":{\"b\":1}}}", two))
        .extracting(IncomingCall::arguments)
        .isEqualTo(List.of("t", java.util.OptionalInt.of(1)));
    assertThat(call("{" + AUTH + ",\"payload\":{\"args\":[\"t\"]}}", two).arguments())
        .isEqualTo(List.of("t", java.util.OptionalInt.empty()));
  }

  @Test
  void acceptsExplicitNullAsArgument() throws Exception {
    Signature text = signature("f", "x", String.class);

    assertThat(call("{" + AUTH + ",\"payload\":{\"kwargs\":{\"x\":null}}}", text).arguments())
        .isEqualTo(Arrays.asList((Object) null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}| {auth_data=field missing, payload=field missing}",
        "{AUTH}| {payload=field missing}",
        "{AUTH, \"payload\": 5}| {payload=must be an object}",
        "{AUTH, \"payload\": {\"kwargs\": [1]}}| {payload=kwargs must be an object}",
        "{AUTH, \"payload\": {\"args\": {\"x\": 1}}}| {payload=args must be an array}",
        "{AUTH, \"payload\": {}}| {payload={kwargs={x=missing parameter}}}",
        "{AUTH, \"payload\": {\"kwargs\": {\"y\": 1}}}"
            + "| {payload={kwargs={y=unknown parameter; square takes x, x=missing parameter}}}",
        "{AUTH, \"payload\": {\"args\": [1, 2]}}| {payload={args=2 arguments; square takes x}}",
        "{AUTH, \"payload\": {\"args\": [1], \"kwargs\": {\"x\": 1}}}"
            + "| {payload={kwargs={x=given twice, by position and by name}}}",
        "{AUTH, \"payload\": {\"kwargs\": {\"x\": {\"type\": \"set\", \"contents\": []}}}}"
            + "| {payload={kwargs={x=an object of the unknown type 'set'}}}",
        "{AUTH, \"session_id\": 5, \"payload\": {\"kwargs\": {\"x\": 1}}}"
            + "| {session_id=must be a string or null}",
        "{\"auth_data\": 5, \"payload\": {\"kwargs\": {\"x\": 1}}}| {auth_data=must be an object}",
        "{\"auth_data\": {\"url\": \"u\", \"reqnum\": \"7\", \"cost\": \"a\", \"endpoint\": \"e\","
            + " \"request_idx\": 1}, \"payload\": {\"kwargs\": {\"x\": 1}}}"
            + "| {auth_data={cost=must be a number, reqnum=must be an integer, signature=missing"
            + " parameter}}",
        "[1]| {error=the body must be a JSON object}",
        "``| {error=invalid JSON}",
        "{AUTH| {error=invalid JSON}",
        "{AUTH} 5| {error=invalid JSON}",
        "hello| {error=invalid JSON}",
        "{AUTH, \"payload\": {\"kwargs\": {\"x\": {\"type\": \"list\"| {error=invalid JSON}",
        "{\"payload\": {}, \"payload\": {}}| {error=invalid JSON: Duplicate field 'payload'}",
      })
  void reportsErrorsOfMalformedCallByField(String body, String errors) {
    MalformedCallException refused =
        catchThrowableOfType(
            MalformedCallException.class, () -> call(body.replace("AUTH", AUTH), square));

    assertThat(refused.errors()).hasToString(errors);
  }

  @Test
  void rejectsArgumentOfWrongTypeWithLocation() {
    Signature points =
        signature(
            "f",
            "points",
            new com.fasterxml.jackson.core.type.TypeReference<List<Point>>() {}.getType());
    String body =
        "{"
            + AUTH
            + ",\"payload\":{\"kwargs\":{\"points\":{\"type\":\"list\",\"contents\":["
            + "{\"type\":\"dict\",\"contents\":[[\"x\",\"one\"]]}]}}}}";

    assertThat(
            catchThrowableOfType(MalformedCallException.class, () -> call(body, points)).errors())
        .asString()
        .contains("kwargs={points=at [0].x: ", "`int`");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void rejectsBodyThatIsNotUtf8(int kind) {
    byte[][] bodies = {
      "{}".getBytes(StandardCharsets.UTF_16BE),
      {0, 0, 0, '{', 0, 0, 0, '}'},
      {0, 0, 0, '{', -1, -1, -1, -1},
      {(byte) 0xFF, (byte) 0xC0, 0x20}
    };

    assertThatThrownBy(() -> codec.readCall(new ByteArrayInputStream(bodies[kind]), square))
        .isInstanceOf(MalformedCallException.class);
  }

  @Test
  void brokenConnectionIsNotMalformedCall() {
    byte[] start =
        ("{" + AUTH + ",\"payload\":{\"kwargs\":{\"x\":{\"type\":\"list\"")
            .getBytes(StandardCharsets.UTF_8);
    InputStream broken =
        new InputStream() {
          private int at;

          @Override
          public int read() throws IOException {
            if (at == start.length) {
              throw new IOException("connection reset");
            }
            return start[at++];
          }
        };

    assertThatThrownBy(() -> codec.readCall(broken, square))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("connection reset");
  }

  @Test
  void brokenConnectionIsNotEncodingError() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    List<Object> large = List.of("x".repeat(100_000), List.of("y".repeat(100_000)));

    assertThatThrownBy(
            () -> codec.writeResult(broken, large, Object.class, Dialect.PYTHON, "result"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("broken pipe");
  }

  @Test
  void resultsRoundTrip() throws IOException {
    assertThat(outcome(result(new Point(1, 2), Point.class), Point.class))
        .isEqualTo(new Outcome.Ok(new Point(1, 2)));
    assertThat(outcome(result(null, void.class), void.class)).isEqualTo(new Outcome.Ok(null));
    assertThat(outcome("{\"more\":[{}],\"result\":{\"ok\":5}}", int.class))
        .isEqualTo(new Outcome.Ok(5));
  }

  @Test
  void writesBooleansAsIntegersForUnknownClients() throws IOException {
    assertThat(result(true, boolean.class)).isEqualTo("{\"result\":{\"ok\":1}}");
    assertThat(outcome(result(true, boolean.class), boolean.class)).isEqualTo(new Outcome.Ok(true));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeResult(out, true, Object.class, Dialect.ofClient("vast4j/1.0"), "result");
    assertThat(outcome(out.toString(StandardCharsets.UTF_8), Object.class))
        .isEqualTo(new Outcome.Ok(true));
  }

  @Test
  void eventsRoundTrip() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeEvent(out, "a\nb", String.class, Dialect.PYTHON, "element");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"ok\":\"a\\nb\"}");
    assertThat(
            codec.readEvent(new ByteArrayInputStream(out.toByteArray()), String.class, "element"))
        .isEqualTo(new Outcome.Ok("a\nb"));

    out.reset();
    codec.writeFailureEvent(out, new IllegalStateException("no\nmore"));
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(
            codec.readEvent(new ByteArrayInputStream(out.toByteArray()), String.class, "element"))
        .isInstanceOfSatisfying(
            Outcome.Err.class,
            err ->
                assertThat(err.error().className()).isEqualTo("java.lang.IllegalStateException"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "[]",
        "{}",
        "{\"result\":5}",
        "{\"result\":{}}",
        "{\"result\":{\"ok\":5}",
        "{\"result\":{\"ok\":5}} 5",
        "{\"result\":{\"ok\":\"text\"}}",
        "<html>502 Bad Gateway</html>"
      })
  void rejectsMalformedAnswerWithLocation(String answer) {
    assertThatThrownBy(() -> outcome(answer, int.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageStartingWith("result of square cannot be decoded: ");
  }

  @Test
  void javaExceptionKeepsClassMessageTraceAndCauses() throws IOException {
    Exception failure =
        new IllegalStateException("outer", new IOException("inner", new Error((String) null)));

    RemoteError error = failure(failure);

    assertThat(error.className()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.message()).isEqualTo("outer");
    assertThat(error.stackTrace())
        .startsWith("java.lang.IllegalStateException: outer")
        .contains("Caused by: java.io.IOException: inner", getClass().getName());
    RemoteError cause = error.cause();
    assertThat(cause).isNotNull();
    assertThat(cause.className()).isEqualTo("java.io.IOException");
    assertThat(cause.message()).isEqualTo("inner");
    assertThat(cause.stackTrace()).contains(getClass().getName());
    assertThat(cause.cause().className()).isEqualTo("java.lang.Error");
    assertThat(cause.cause().message()).isNull();
    assertThat(cause.cause().cause()).isNull();
    assertThat(error.properties()).isEmpty();
  }

  @Test
  void boundsHugeCyclicAndHostileExceptions() throws IOException {
    Exception chain = new Exception("0");
    for (int i = 1; i < 5_000; i++) {
      chain = new Exception("level " + i, chain);
    }
    Exception first = new Exception("x".repeat(1_000_000));
    Exception second = new Exception("second", first);
    first.initCause(second);
    Exception hostile =
        new Exception("hostile") {
          @Override
          public String getMessage() {
            throw new IllegalStateException("no message");
          }

          @Override
          public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
          }
        };

    assertThat(failureText(chain)).hasSizeLessThan(300_000);
    assertThat(failure(chain).message()).isEqualTo("level 4999");
    assertThat(failureText(first)).hasSizeLessThan(300_000);
    assertThat(failure(first).cause().message()).isEqualTo("second");
    assertThat(failure(hostile).message()).contains("getMessage() threw");
  }

  @Test
  void javaExceptionIsRuntimeErrorForPython() throws IOException {
    assertThat(failureText(new IllegalStateException("boom")))
        .startsWith(
            "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":"
                + "[\"builtins\"]},\"class\":\"RuntimeError\",\"contents\":{\"args\":{\"type\":"
                + "\"tuple\",\"contents\":[\"java.lang.IllegalStateException: boom\"]},"
                + "\"java_class\":\"java.lang.IllegalStateException\",\"java_message\":\"boom\","
                + "\"java_stack_trace\":\"java.lang.IllegalStateException: boom\\n")
        .endsWith("\"java_cause\":null}}}}")
        .doesNotContain("true", "false");
  }

  @Test
  void usersModuleDoesNotAffectExceptions() throws IOException {
    SimpleModule module = new SimpleModule();
    module.addSerializer(
        new StdSerializer<Map<?, ?>>(Map.class, false) {
          private static final long serialVersionUID = 1L;

          @Override
          public void serialize(
              Map<?, ?> value, JsonGenerator generator, SerializerProvider provider)
              throws IOException {
            throw new IOException("broken serializer");
          }
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireCodec.withModules(List.of(module)).writeFailure(out, new IllegalStateException("boom"));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("java.lang.IllegalStateException: boom");
  }

  @Test
  void readsPythonException() throws IOException {
    String err =
        "{\"result\":{\"err\":{\"contents\":{\"code\":42,\"args\":{\"type\":\"tuple\",\"contents\":"
            + "[\"no luck\"]}},\"class\":\"Unlucky\",\"module\":{\"path\":[\"a\",\"b\"],\"type\":"
            + "\"absolute\"},\"type\":\"obj\"}}}";

    Outcome outcome = outcome(err, int.class);

    assertThat(outcome)
        .isEqualTo(
            new Outcome.Err(
                new RemoteError("a.b.Unlucky", "no luck", "", null, Map.of("code", 42))));
  }

  @Test
  void readsPythonExceptionWithoutMessage() throws IOException {
    String err =
        "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":"
            + "[\"builtins\"]},\"class\":\"ValueError\",\"contents\":{}}}}";

    assertThat(outcome(err, int.class))
        .isEqualTo(
            new Outcome.Err(new RemoteError("builtins.ValueError", null, "", null, Map.of())));
  }

  @Test
  void bindsRowsToParameters() {
    assertThat(codec.bindArguments("{\"x\": 2}", square)).containsExactly(2);
    assertThat(codec.bindArguments(Map.of("x", 2), square)).containsExactly(2);
    assertThat(codec.bindArguments("{\"a\": \"t\"}", two))
        .containsExactly("t", java.util.OptionalInt.empty());
    Signature point = signature("f", "p", Point.class);
    assertThat(codec.bindArguments("{\"p\": {\"x\": 1, \"y\": 2}}", point))
        .containsExactly(new Point(1, 2));
    assertThat(codec.bindArguments(Map.of("p", new Point(1, 2)), point))
        .containsExactly(new Point(1, 2));
    assertThat(codec.bindArguments(Map.of("p", Map.of("x", 1, "y", 2)), point))
        .containsExactly(new Point(1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"y\":1}", "{\"x\":\"a\"}", "[]", "", "{\"x\":1", "{\"x\":1}2"})
  void rejectsRowThatDoesNotFit(String row) {
    assertThatThrownBy(() -> codec.bindArguments(row, square))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("the row of data of square");
  }

  @Test
  void rejectsMapThatDoesNotFit() {
    assertThatThrownBy(() -> codec.bindArguments(Map.of("y", 1), square))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("unknown parameter; square takes x");
    assertThatThrownBy(() -> codec.bindArguments(Map.of("x", "a"), square))
        .isInstanceOf(DecodingException.class);
  }

  @Test
  void plainJsonRoundTrips() {
    Point point = new Point(1, 2);

    assertThat(codec.toPlainJson(point, Object.class, "argument")).isEqualTo("{\"x\":1,\"y\":2.0}");
    assertThat(codec.fromPlainJson("{\"x\":1,\"y\":2.0}", Point.class, "argument"))
        .isEqualTo(point);
    assertThat(
            codec.fromPlainJson(
                codec.toPlainJson(Map.of("a", List.of(1)), Object.class, "x"), Object.class, "x"))
        .isEqualTo(Map.of("a", List.of(1)));
    assertThat(codec.toPlainJson(null, Object.class, "argument")).isEqualTo("null");
    assertThat(codec.fromPlainJson("null", Optional.class, "argument")).isEqualTo(Optional.empty());
    assertThatThrownBy(() -> codec.fromPlainJson("{", Point.class, "argument 1 of C"))
        .isInstanceOf(DecodingException.class)
        .hasMessageStartingWith("argument 1 of C cannot be decoded");
    assertThatThrownBy(() -> codec.toPlainJson(new Object(), Object.class, "argument 1 of C"))
        .isInstanceOf(EncodingException.class);
  }

  @Test
  void reportsLocationOfUnsupportedArgument() {
    Signature any = signature("f", "thing", Object.class);

    assertThatThrownBy(() -> payload(any, Dialect.JAVA, new Object()))
        .isInstanceOf(EncodingException.class)
        .hasMessageStartingWith("argument thing of f cannot be encoded: ");
  }

  @Test
  void writesNothingOfSmallUnsupportedValue() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(
            () ->
                codec.writeResult(
                    out, List.of(1, new Object()), Object.class, Dialect.PYTHON, "result of f"))
        .isInstanceOf(EncodingException.class);
    assertThat(out.size()).isZero();
  }

  private String payload(Signature signature, Dialect dialect, @Nullable Object... arguments)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writePayload(out, signature, arguments, dialect);
    return out.toString(StandardCharsets.UTF_8);
  }

  private IncomingCall call(String body, Signature signature) throws Exception {
    return codec.readCall(
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), signature);
  }

  private String result(@Nullable Object value, Type type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeResult(out, value, type, Dialect.PYTHON, "result");
    return out.toString(StandardCharsets.UTF_8);
  }

  private Outcome outcome(String answer, Type type) throws IOException {
    return codec.readOutcome(
        new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
        type,
        "result of square");
  }

  private String failureText(Throwable failure) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeFailure(out, failure);
    return out.toString(StandardCharsets.UTF_8);
  }

  private RemoteError failure(Throwable failure) throws IOException {
    return ((Outcome.Err) outcome(failureText(failure), int.class)).error();
  }
}
