package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
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

  /** Cannot be made from what an answer holds. */
  public static final class Unmakeable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unmakeable(int code) {
      super("code " + code);
    }
  }

  /** Travels with a message that its public constructor refuses. */
  public static final class Refusing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusing() {
      super("text");
    }

    public Refusing(String message) {
      throw new IllegalArgumentException(message);
    }
  }

  private static RemoteExecutionException failureOf(
      Throwable thrown, Map<String, Class<? extends Throwable>> registered) throws IOException {
    ByteArrayOutputStream failed = new ByteArrayOutputStream();
    WireCodec.standard().writeFailure(failed, thrown);
    Reply reply = Reply.of(200, "application/json", failed.toByteArray());
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
    return failureOf(thrown, Map.of(thrown.getClass().getName(), thrown.getClass())).getCause();
  }

  @Test
  void causesComeAlongAsDataEachWithItsOwnWords() throws IOException {
    RemoteExecutionException failure =
        failureOf(new IllegalStateException("outer", new ArithmeticException("inner")), Map.of());
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
  void registeredClassesAreMadeByWhicheverConstructorTheyHave() throws IOException {
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
  void whatCannotBeMadeIsReportedAsData() throws IOException {
    for (Throwable thrown : new Throwable[] {new Unmakeable(3), new Refusing()}) {
      RemoteExecutionException failure =
          failureOf(thrown, Map.of(thrown.getClass().getName(), thrown.getClass()));
      assertThat(failure.getCause()).isNull();
      assertThat(failure.remoteClass()).isEqualTo(thrown.getClass().getName());
    }
  }
}
