package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.RemoteType;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller gets when a function throws. */
@Timeout(30)
class RemoteFailuresTest {
  /** Takes a message and a cause. */
  public static final class WithCause extends RuntimeException {
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
