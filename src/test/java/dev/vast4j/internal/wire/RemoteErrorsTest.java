package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exceptions on the wire: what of them arrives, within which bounds. */
class RemoteErrorsTest {
  private static final WireCodec CODEC = WireCodec.standard();
  private static final StackTraceElement[] NONE = {};

  private static String text(Throwable failure) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      CODEC.writeFailure(out, failure);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static RemoteError sent(Throwable failure) {
    return read(text(failure));
  }

  private static RemoteError read(String answer) {
    try {
      Outcome outcome =
          CODEC.readOutcome(
              new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
              int.class,
              "result");
      return ((Outcome.Err) outcome).error();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> messages(RemoteError error) {
    List<String> messages = new ArrayList<>();
    for (RemoteError at = error; at != null; at = at.cause()) {
      messages.add(at.message());
    }
    return messages;
  }

  private static Throwable chain(int causes, String message) {
    Throwable chain = null;
    for (int i = causes; i >= 0; i--) {
      chain = new IllegalStateException(i + message, chain);
    }
    return chain;
  }

  @Test
  void keepsAHundredCauses() {
    assertThat(messages(sent(chain(60, "")))).hasSize(61).endsWith("59", "60");
    assertThat(messages(sent(chain(1_000, "")))).hasSize(101).endsWith("99", "100");
  }

  @Test
  void boundsAllTextTogether() {
    String answer = text(chain(1_000, "é\n".repeat(50_000)));
    assertThat(answer.length()).isLessThan(2 << 20);
    RemoteError last = read(answer);
    assertThat(messages(last).size()).isEqualTo(101);
    while (last.cause() != null) {
      last = last.cause();
    }
    assertThat(last.message()).startsWith("100é");
    assertThat(Frames.parse(last.frames(), NONE)[0].getMethodName()).isEqualTo("chain");
  }

  @Test
  void endsCycles() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    first.addSuppressed(second);
    second.addSuppressed(first);
    assertThat(messages(sent(first))).containsExactly("first", "second");
  }

  @Test
  void endsChainsThatNeverEnd() {
    AtomicInteger asked = new AtomicInteger();
    class Endless extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Throwable getCause() {
        asked.incrementAndGet();
        return new Endless();
      }
    }

    assertThat(messages(sent(new Endless()))).hasSize(101);
    assertThat(asked.get()).isLessThan(100_000);
  }

  /** What an exception's own methods throw. */
  private enum Fault {
    EXCEPTION {
      @Override
      void strike() {
        throw new IllegalStateException("broken");
      }
    },
    ERROR {
      @Override
      void strike() {
        throw new AssertionError("broken");
      }
    },
    ENDLESS_RECURSION {
      @Override
      void strike() {
        strike();
      }
    };

    abstract void strike();
  }

  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    Broken(Fault fault) {
      this.fault = fault;
    }

    @Override
    public String getMessage() {
      fault.strike();
      return "";
    }

    @Override
    public synchronized Throwable getCause() {
      fault.strike();
      return this;
    }

    @Override
    public String toString() {
      fault.strike();
      return "";
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      fault.strike();
      return null;
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheClassOfExceptionsWhoseMethodsThrow(Fault fault) {
    RemoteError error = sent(new Broken(fault));
    assertThat(error.className()).isEqualTo(Broken.class.getName());
    assertThat(error.superclasses()).containsExactly("java.io.IOException");
    assertThat(error.message()).contains("getMessage() threw");
    assertThat(error.stackTrace()).startsWith(Broken.class.getName());
    RemoteError around = sent(new IllegalStateException("outer", new Broken(fault)));
    assertThat(around.message()).isEqualTo("outer");
    assertThat(around.cause().className()).isEqualTo(Broken.class.getName());
    Exception suppressing = new Exception("main");
    suppressing.addSuppressed(new Broken(fault));
    assertThat(sent(suppressing).suppressed())
        .extracting(RemoteError::className)
        .containsExactly(Broken.class.getName());
  }

  @Test
  void namesSuperclassesButNotTheGeneralOnes() {
    assertThat(sent(new NoSuchFileException("x")).superclasses())
        .containsExactly("java.nio.file.FileSystemException", "java.io.IOException");
    assertThat(sent(new IOException("x") {}).superclasses()).containsExactly("java.io.IOException");
    assertThat(sent(new IllegalStateException("x")).superclasses()).isEmpty();
    assertThat(sent(new Throwable("x") {}).superclasses()).isEmpty();
  }

  @Test
  void keepsSuppressedExceptionsWithTheirCauses() {
    Exception failure = new Exception("main", new Exception("cause"));
    failure.addSuppressed(new IOException("close", new Exception("reset")));
    for (int i = 0; i < 1_000; i++) {
      failure.addSuppressed(new Exception("more " + i));
    }

    RemoteError error = sent(failure);

    assertThat(error.cause().message()).isEqualTo("cause");
    assertThat(error.suppressed()).hasSizeBetween(30, 32);
    assertThat(messages(error.suppressed().get(0))).containsExactly("close", "reset");
  }

  @Test
  void replacesHalvesOfCharacters() {
    assertThat(sent(new Exception("a\ud83db 😀")).message()).isEqualTo("a\ufffdb 😀");
    assertThat(sent(new Exception("😀".repeat(100_000))).message())
        .startsWith("😀")
        .endsWith("(cut)");
    assertThat(sent(new Exception("x" + "😀".repeat(100_000))).message()).endsWith("(cut)");
  }

  /** A bare boolean or array makes the reference's client fail. */
  @Test
  void holdsOnlyKindsThatThePythonClientReads() throws IOException {
    Exception failure = new NoSuchFileException("x");
    failure.initCause(new IOException("cause"));
    failure.addSuppressed(new Exception("suppressed"));
    assertReadable(new JsonMapper().readTree(text(failure)).at("/result/err"));
  }

  private static void assertReadable(JsonNode value) {
    assertThat(value.isBoolean() || value.isArray()).as("%s", value).isFalse();
    if (!value.isObject()) {
      return;
    }
    JsonNode contents = value.get("contents");
    switch (value.path("type").asText()) {
      case "obj" -> contents.forEach(RemoteErrorsTest::assertReadable);
      case "list", "tuple" -> contents.forEach(RemoteErrorsTest::assertReadable);
      case "dict" -> contents.forEach(pair -> pair.forEach(RemoteErrorsTest::assertReadable));
      default -> throw new AssertionError("no kind of the wire: " + value);
    }
  }

  @Test
  void readsWhatOlderWorkersSend() {
    RemoteError error =
        read(
            "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":"
                + "[\"builtins\"]},\"class\":\"RuntimeError\",\"contents\":{\"args\":{\"type\":"
                + "\"tuple\",\"contents\":[\"a.B: no\"]},\"java_class\":\"a.B\","
                + "\"java_message\":\"no\",\"java_stack_trace\":\"a.B: no\\n\\tat a.C.d(C.java:7)"
                + "\\nCaused by: a.E\\n\\tat a.F.g(F.java:8)\\n\",\"java_cause\":null}}}}");
    assertThat(error.superclasses()).isEmpty();
    assertThat(Frames.parse(error.frames(), NONE))
        .containsExactly(new StackTraceElement("a.C", "d", "C.java", 7));
  }

  @Test
  void doesNotTakeAMessageForFrames() {
    RemoteError error = sent(new Exception("see\n\tat a.B.c(D.java:1)\n"));
    assertThat(Frames.parse(error.frames(), NONE)[0].getMethodName())
        .isEqualTo("doesNotTakeAMessageForFrames");
  }

  @Test
  void keepsFramesBesideAHugeMessage() {
    RemoteError error = sent(new Exception("x".repeat(1_000_000), chain(5, "y".repeat(100_000))));
    assertThat(Frames.parse(error.frames(), NONE)[0].getMethodName())
        .isEqualTo("keepsFramesBesideAHugeMessage");
  }

  @Test
  void causesGetBackTheFramesThatTheyShare() {
    Exception cause = new Exception("cause");
    Exception failure = new Exception("outer", cause);
    RemoteError error = sent(failure);
    assertThat(error.cause().stackTrace()).contains("more");
    StackTraceElement[] outer = Frames.parse(error.frames(), NONE);
    assertThat(Frames.parse(error.cause().frames(), outer))
        .hasSameSizeAs(Frames.ofFunction(cause.getStackTrace()));
  }

  @Provide
  Arbitrary<StackTraceElement> frames() {
    Arbitrary<String> names =
        Arbitraries.of(
            "a", "Größe", "Parser$1", "$Proxy12", "Main$$Lambda/0x00007f12", "lambda$f$0");
    Arbitrary<String> methods =
        Arbitraries.of("f", "<init>", "<clinit>", "parses two lines", "f-impl");
    Arbitrary<String> files = Arbitraries.of("A.java", "Größe.kt", "a b.scala").injectNull(0.2);
    return Combinators.combine(
            Arbitraries.of("java.base", "a.b").injectNull(0.5),
            names,
            methods,
            files,
            Arbitraries.integers().between(1, 70_000).injectNull(0.2))
        .as(
            (module, name, method, file, line) ->
                new StackTraceElement(
                    null,
                    module,
                    null,
                    "com.example." + name,
                    method,
                    file,
                    file == null || line == null ? -1 : line));
  }

  @Property(tries = 500)
  void framesRoundTrip(@ForAll List<@net.jqwik.api.From("frames") StackTraceElement> frames) {
    StackTraceElement[] all = frames.toArray(StackTraceElement[]::new);
    assertThat(Frames.parse("head\n" + Frames.print(all, NONE, 1 << 20), NONE)).isEqualTo(all);
    StackTraceElement[] enclosing =
        frames.subList(frames.size() / 2, frames.size()).toArray(StackTraceElement[]::new);
    assertThat(Frames.parse(Frames.print(all, enclosing, 1 << 20), enclosing)).isEqualTo(all);
  }

  @Property(tries = 500)
  void anyTextIsNoFrameOrAFrame(@ForAll String text) {
    assertThat(Frames.parse("at " + text + "\n... 3 more\n" + text, NONE)).isNotNull();
  }
}
