package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.Param;
import dev.vast4j.Remote;
import dev.vast4j.RemoteType;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller gets when a function throws. */
@Timeout(30)
public class RemoteFailuresTest {
  /** Takes a message and a cause. */
  public static class WithCause extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WithCause(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Takes nothing. */
  public static final class Plain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Plain() {}
  }

  /** Cannot be rebuilt from an answer. */
  public static final class Unmakeable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unmakeable(int code) {
      super("code " + code);
    }
  }

  /** Its public constructor rejects the message that it travels with. */
  public static final class Refusing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusing() {
      super("text");
    }

    public Refusing(String message) {
      throw new IllegalArgumentException(message);
    }
  }

  @SafeVarargs
  private static RemoteExecutionException failureOf(
      Throwable thrown, Class<? extends Throwable>... registered) throws IOException {
    ByteArrayOutputStream failed = new ByteArrayOutputStream();
    WireCodec.standard().writeFailure(failed, thrown);
    return failureOf(Reply.of(200, "application/json", failed.toByteArray()), registered);
  }

  @SafeVarargs
  private static RemoteExecutionException failureOf(
      Reply reply, Class<? extends Throwable>... registered) {
    try (FakeVast vast = new FakeVast(request -> reply, CallObserver.NONE, null, registered)) {
      Sums sums = vast.remote(Sums.class);
      return catchThrowableOfType(
          RemoteExecutionException.class,
          () -> {
            try {
              sums.square(5).join();
            } catch (java.util.concurrent.CompletionException e) {
              throw e.getCause();
            }
          });
    }
  }

  private static Throwable rebuilt(Throwable thrown) throws IOException {
    return failureOf(thrown, thrown.getClass()).getCause();
  }

  @Test
  void causesKeepTheirMessages() throws IOException {
    RemoteExecutionException failure =
        failureOf(new IllegalStateException("outer", new ArithmeticException("inner")));
    assertThat(failure.remoteClass()).isEqualTo("java.lang.IllegalStateException");
    assertThat(failure.remoteMessage()).isEqualTo("outer");
    assertThat(failure.remoteStackTrace()).contains("RemoteFailuresTest", "outer");
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(
            RemoteExecutionException.class,
            cause -> {
              assertThat(cause.remoteClass()).isEqualTo("java.lang.ArithmeticException");
              assertThat(cause.remoteMessage()).isEqualTo("inner");
              assertThat(cause.getCause()).isNull();
            });
  }

  @Test
  void rebuildsRegisteredTypesWithAnyConstructor() throws IOException {
    assertThat(rebuilt(new IllegalStateException("text")))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("text");
    assertThat(rebuilt(new WithCause("text", new ArithmeticException())))
        .isExactlyInstanceOf(WithCause.class)
        .hasMessage("text")
        .satisfies(
            made ->
                assertThat(made.getStackTrace()[0])
                    .satisfies(
                        frame -> {
                          assertThat(frame.getClassName())
                              .isEqualTo(RemoteFailuresTest.class.getName());
                          assertThat(frame.getLineNumber()).isPositive();
                        }));
    assertThat(rebuilt(new Plain())).isExactlyInstanceOf(Plain.class);
  }

  @Test
  void reportsTypesThatCannotBeRebuiltAsData() throws IOException {
    for (Throwable thrown : new Throwable[] {new Unmakeable(3), new Refusing()}) {
      RemoteExecutionException failure = failureOf(thrown, thrown.getClass());
      assertThat(failure.getCause()).isNull();
      assertThat(failure.remoteClass()).isEqualTo(thrown.getClass().getName());
    }
  }

  /** Python's, in its standard library. */
  @RemoteType(module = "builtins", name = "ValueError")
  public static final class ValueError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ValueError(String message) {
      super(message);
    }
  }

  /** In the deployment's own module. */
  @RemoteType(name = "Outer.OutOfPaper")
  public static final class OutOfPaper extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutOfPaper() {}
  }

  @Test
  void rebuildsPythonExceptionsAsMappedTypes() {
    Reply value =
        Reply.json(
            "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":"
                + "[\"builtins\"]},\"class\":\"ValueError\",\"contents\":{}}}}");
    Reply own =
        Reply.json(
            "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"relative\",\"path\":[]},"
                + "\"class\":\"Outer.OutOfPaper\",\"contents\":{}}}}");
    assertThat(failureOf(value, ValueError.class, OutOfPaper.class).getCause())
        .isExactlyInstanceOf(ValueError.class);
    assertThat(failureOf(own, ValueError.class, OutOfPaper.class).getCause())
        .isExactlyInstanceOf(OutOfPaper.class);
    assertThat(failureOf(own, ValueError.class).getCause()).isNull();
  }

  /** Suppresses nothing. */
  public static final class Terse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Terse(String message, Throwable cause) {
      super(message, cause, false, true);
    }
  }

  /** Keeps its cause itself, as old exceptions do. */
  public static final class OwnCause extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OwnCause(String message) {
      super(message, new IllegalStateException("made by the constructor"));
    }
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = failure; at != null && chain.size() < 1_000; at = at.getCause()) {
      chain.add(at);
    }
    return chain;
  }

  @Test
  void whatIsRebuiltKnowsItsCall() throws IOException {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("x"),
            new WithCause("x", new IOException()),
            new OwnCause("x"),
            new Plain(),
            new Terse("x", null),
            new Terse("x", new IOException()))) {
      Throwable rebuilt = rebuilt(thrown);
      List<Throwable> around = new ArrayList<>(List.of(rebuilt.getSuppressed()));
      around.addAll(chain(rebuilt));
      assertThat(around)
          .as(thrown.toString())
          .anySatisfy(
              details -> {
                assertThat(details).isInstanceOf(RemoteExecutionException.class);
                RemoteExecutionException call = (RemoteExecutionException) details;
                assertThat(call.function()).isEqualTo("square");
                assertThat(call.worker()).startsWith("http");
                assertThat(call.attempts()).isEqualTo(1);
                assertThat(call.remoteClass()).isEqualTo(thrown.getClass().getName());
                assertThat(call.remoteStackTrace()).contains(getClass().getName());
              });
    }
  }

  @Test
  void keepsChainsOfKnownAndUnknownTypes() throws IOException {
    Throwable thrown = new SQLException("last");
    for (int i = 0; i < 60; i++) {
      thrown =
          i % 2 == 0 ? new IllegalStateException("i" + i, thrown) : new WithCause("w" + i, thrown);
    }
    assertThat(chain(failureOf(thrown))).hasSize(61);
    assertThat(chain(failureOf(thrown, WithCause.class))).hasSize(62);
    assertThat(chain(failureOf(thrown, IllegalStateException.class))).hasSize(61);
    assertThat(chain(failureOf(thrown, IllegalStateException.class, WithCause.class)))
        .hasSize(62)
        .last()
        .isInstanceOfSatisfying(
            RemoteExecutionException.class,
            last -> assertThat(last.remoteMessage()).isEqualTo("last"));
  }

  @Test
  void rebuildsTheNearestKnownSuperclass() throws IOException {
    Throwable missing = new NoSuchFileException("/x");
    assertThat(failureOf(missing, IOException.class).getCause())
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("java.nio.file.NoSuchFileException: /x");
    assertThat(failureOf(missing, IOException.class, FileSystemException.class).getCause())
        .isExactlyInstanceOf(FileSystemException.class);
    Throwable anonymous = new WithCause(null, new IOException("cause")) {};
    assertThat(failureOf(anonymous, WithCause.class).getCause())
        .isExactlyInstanceOf(WithCause.class)
        .hasMessage(anonymous.getClass().getName());
  }

  @Test
  void generalTypesStandOnlyForThemselves() throws IOException {
    assertThat(failureOf(new IllegalStateException("x"), RuntimeException.class).getCause())
        .isNull();
    assertThat(failureOf(new NoSuchFileException("x"), Exception.class).getCause()).isNull();
    assertThat(failureOf(new RuntimeException("x"), RuntimeException.class).getCause())
        .isExactlyInstanceOf(RuntimeException.class)
        .hasMessage("x");
  }

  @Test
  void javaTypesThatStandForPythonsAreRebuiltToo() throws IOException {
    assertThat(failureOf(new ValueError("x"), ValueError.class).getCause())
        .isExactlyInstanceOf(ValueError.class)
        .hasMessage("x");
  }

  @Test
  void keepsSuppressedExceptions() throws IOException {
    for (Throwable thrown : List.of(new IllegalStateException("a"), new WithCause("b", null))) {
      thrown.addSuppressed(new WithCause("close", new IOException("reset")));
      RemoteExecutionException failure = failureOf(thrown, WithCause.class);
      Throwable holder = failure.getCause() == null ? failure : failure.getCause();
      assertThat(holder.getSuppressed())
          .anySatisfy(
              suppressed ->
                  assertThat(suppressed)
                      .isExactlyInstanceOf(WithCause.class)
                      .hasMessage("close")
                      .hasCauseInstanceOf(RemoteExecutionException.class));
    }
  }

  /** Fails in one way after another. */
  public interface Declaring {
    @Remote
    int any(@Param("x") int x) throws Exception;

    @Remote
    int throwable(@Param("x") int x) throws Throwable;

    @Remote
    int runtime(@Param("x") int x) throws RuntimeException, Error;

    @Remote
    int both(@Param("x") int x) throws Exception, IOException;

    @Remote
    int vast(@Param("x") int x) throws VastException;
  }

  @Test
  void generalDeclarationsGetTheSameAsAFuture() throws IOException {
    Exception thrown = new IllegalStateException("outer", new IllegalArgumentException("inner"));
    assertSame(thrown, declaring -> declaring.any(1));
    assertSame(thrown, declaring -> declaring.throwable(1));
    assertSame(thrown, declaring -> declaring.runtime(1));
    assertSame(thrown, declaring -> declaring.both(1));
    assertSame(thrown, declaring -> declaring.vast(1));
    assertSame(new Exception("outer"), declaring -> declaring.any(1));
    assertSame(new IllegalStateException("outer", new IOException("inner")), d -> d.both(1));
    assertThat(blocking(new NoSuchFileException("/x"), declaring -> declaring.both(1)))
        .isExactlyInstanceOf(IOException.class);
  }

  private static void assertSame(Throwable thrown, ThrowingUse use) throws IOException {
    assertThat(blocking(thrown, use))
        .isInstanceOfSatisfying(
            RemoteExecutionException.class,
            failure -> assertThat(failure.remoteMessage()).isEqualTo("outer"));
  }

  private interface ThrowingUse {
    void by(Declaring declaring) throws Throwable;
  }

  private static Throwable blocking(Throwable thrown, ThrowingUse use) throws IOException {
    ByteArrayOutputStream failed = new ByteArrayOutputStream();
    WireCodec.standard().writeFailure(failed, thrown);
    Reply reply = Reply.of(200, "application/json", failed.toByteArray());
    try (FakeVast vast =
        new FakeVast(request -> reply, CallObserver.NONE, null, IllegalStateException.class)) {
      Declaring declaring = vast.remote(Declaring.class);
      return catchThrowable(() -> use.by(declaring));
    }
  }

  /** Has no public constructor. */
  public static final class Hidden extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Hidden(String message) {
      super(message);
    }
  }

  /** Abstract. */
  public abstract static class Abstract extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Abstract(String message) {
      super(message);
    }
  }

  static final class NotPublic extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotPublic(String message) {
      super(message);
    }
  }

  @Test
  void knowsWhichTypesCanBeRebuilt() {
    assertThat(
            List.of(
                IllegalStateException.class, WithCause.class, Plain.class, OutOfMemoryError.class))
        .allMatch(ExceptionTypes::canBeMade);
    assertThat(List.of(Unmakeable.class, Hidden.class, Abstract.class, NotPublic.class))
        .noneMatch(ExceptionTypes::canBeMade);
  }
}
