package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vast4j.Autoscaling;
import dev.vast4j.Batch;
import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.RemoteExecutionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a function throws on a real worker, as its caller sees it; and by {@code local()} alike. */
@Timeout(120)
public class RemoteFailureTest {
  private static Vast vast;
  private static Deployment app;
  private static Parser remote;
  private static Parser local;

  /** Not declared by whoever throws it. */
  public static class BadGrammar extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made on the worker, and again here. */
    public BadGrammar(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** One of its methods throws. */
  public static class Odd extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String odd;

    public Odd(String odd) {
      super("odd");
      this.odd = odd;
    }

    private <T> T unless(String method, T value) {
      if (method.equals(odd)) {
        throw new UnsupportedOperationException(method);
      }
      return value;
    }

    @Override
    public String getMessage() {
      return unless("getMessage", super.getMessage());
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it only throws
    public Throwable getCause() {
      return unless("getCause", null);
    }

    @Override
    public String toString() {
      return unless("toString", "Odd");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return unless("getStackTrace", super.getStackTrace());
    }
  }

  /** Functions that fail. */
  public interface Parser {
    /** Works when told so. */
    @Remote
    @Benchmark(dataset = "{\"text\": \"ok\"}", runs = 1)
    default int parse(String text) {
      return text.equals("ok") ? 1 : Grammar.parse(text);
    }

    /** Fails later. */
    @Remote
    default CompletableFuture<Integer> later(String text) {
      return CompletableFuture.supplyAsync(() -> Grammar.parse(text));
    }

    /** Fails after its first element. */
    @Remote
    default Stream<Integer> stream(String text) {
      return Stream.of("1", text).map(part -> part.equals("1") ? 1 : Grammar.parse(part));
    }

    /** Fails before its first element. */
    @Remote
    default Flow.Publisher<Integer> publisher(String text) {
      Grammar.parse(text);
      throw new AssertionError();
    }

    /** Declares what is thrown, by a superclass. */
    @Remote
    default int declared(String text) throws IOException {
      return Grammar.read(text);
    }

    /** Declares anything. */
    @Remote
    default int general(String text) throws Exception {
      return Grammar.read(text);
    }

    /** Throws a registered type. */
    @Remote
    default int registered(String text) {
      throw new BadGrammar(text, new IOException("disk", new SQLException("row")));
    }

    /** Throws a checked exception that nobody declares. */
    @Remote
    default int undeclared(String text) {
      throw Grammar.sneaked(new SQLException(text));
    }

    /** Calls another function of its own. */
    @Remote
    default int nested(String text) {
      return undeclared(text);
    }

    /** Throws one in a stream. */
    @Remote
    default Stream<Integer> undeclaredStream(String text) {
      return Stream.of(1, 2).map(i -> i == 1 ? 1 : nested(text));
    }

    /** Throws an exception that cannot be described. */
    @Remote
    default int odd(String method) {
      throw new Odd(method);
    }

    /** The same, later. */
    @Remote
    default CompletableFuture<Integer> oddLater(String method) {
      return CompletableFuture.failedFuture(new Odd(method));
    }

    /** The same, after an element. */
    @Remote
    default Stream<Integer> oddStream(String method) {
      return Stream.of(1, 2).map(i -> i == 1 ? 1 : odd(method));
    }

    /** Throws what is neither exception nor error. */
    @Remote
    default int throwable(String text) throws Throwable {
      throw new Throwable(text);
    }
  }

  /** Holds the frames that must be seen. */
  static final class Grammar {
    private Grammar() {}

    static int parse(String text) {
      throw new IllegalStateException("no grammar for " + text, new SQLException("inner"));
    }

    static int read(String text) throws IOException {
      throw new NoSuchFileException(text);
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> RuntimeException sneaked(Throwable thrown) throws E {
      throw (E) thrown;
    }
  }

  @BeforeAll
  static void deploy() {
    vast = Vast.local();
    app =
        Deployment.builder("parser")
            .vast(vast)
            .remote(Parser.class)
            .exception(BadGrammar.class)
            .image(Image.of("parser", 1))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build();
    app.ensureReady();
    remote = app.remote(Parser.class);
    local = app.local(Parser.class);
  }

  @AfterAll
  static void stop() {
    if (app != null) {
      app.close();
    }
    vast.close();
  }

  private static Throwable failure(Runnable call) {
    Throwable failure = catchThrowable(call::run);
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The exception is thrown here, and one under it on the worker; little of ours is seen. */
  private static void assertSeen(Throwable failure, String caller, String function) {
    String printed = printed(failure);
    assertThat(Arrays.asList(failure.getStackTrace()))
        .as(printed)
        .anySatisfy(frame -> assertThat(frame.getMethodName()).contains(caller));
    assertThat(below(failure))
        .as(printed)
        .anySatisfy(
            under ->
                assertThat(under.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .startsWith(function));
    assertThat(printed)
        .doesNotContain("at dev.vast4j.internal.", "at dev.vast4j.worker.", "$Proxy");
  }

  private static List<Throwable> below(Throwable failure) {
    List<Throwable> all = new ArrayList<>(List.of(failure.getSuppressed()));
    if (failure.getCause() != null) {
      all.add(failure.getCause());
    }
    return all;
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "the function throws",
      outcome = "the exception shows the function's own frames and the caller's")
  void showsFramesOfFunctionAndCaller() {
    assertSeen(failure(() -> remote.parse("x")), "showsFramesOfFunctionAndCaller", "parse");
    assertSeen(failure(() -> remote.later("x").join()), "showsFramesOfFunctionAndCaller", "parse");
    assertSeen(
        failure(() -> remote.stream("x").forEach(i -> {})),
        "showsFramesOfFunctionAndCaller",
        "parse");
    assertSeen(
        failure(() -> remote.registered("x")), "showsFramesOfFunctionAndCaller", "registered");
    assertSeen(
        catchThrowable(() -> remote.declared("x")), "showsFramesOfFunctionAndCaller", "read");
    assertSeen(
        failure(() -> remote.undeclared("x")), "showsFramesOfFunctionAndCaller", "undeclared");
  }

  @Test
  void showsTheCallerOfFuturesJoinedElsewhere() throws Exception {
    CompletableFuture<Integer> future = called();
    var other = Executors.newSingleThreadExecutor();
    try {
      Throwable failure = other.submit(() -> failure(future::join)).get();
      assertSeen(failure, "called", "parse");
    } finally {
      other.shutdown();
    }
  }

  private static CompletableFuture<Integer> called() {
    return remote.later("x");
  }

  @Test
  void showsTheCallerOfStreamsReadElsewhere() throws Exception {
    Stream<Integer> stream = opened();
    var other = Executors.newSingleThreadExecutor();
    try {
      Throwable failure = other.submit(() -> failure(() -> stream.forEach(i -> {}))).get();
      assertThat(printed(failure)).contains("RemoteFailureTest.opened(", "Grammar.parse(");
    } finally {
      other.shutdown();
    }
  }

  private static Stream<Integer> opened() {
    return remote.stream("x");
  }

  @Test
  void showsTheCallerOfPublishersAndBatches() {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    remote
        .publisher("x")
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
              }

              @Override
              public void onNext(Integer element) {}

              @Override
              public void onError(Throwable thrown) {
                failure.complete(thrown);
              }

              @Override
              public void onComplete() {}
            });
    assertSeen(failure.join(), "showsTheCallerOfPublishersAndBatches", "parse");
    try (Stream<Batch.Result<String, Integer>> results =
        Batch.map(List.of("x", "y"), remote::later)) {
      results.forEach(
          result -> assertSeen(result.failure(), "showsTheCallerOfPublishersAndBatches", "parse"));
    }
  }

  @Test
  void declaredTypesStandForTheirSubclasses() {
    for (Parser parser : List.of(remote, local)) {
      Throwable failure = catchThrowable(() -> parser.declared("/x"));
      assertThat(failure)
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("java.nio.file.NoSuchFileException: /x");
      assertThat(failure.getSuppressed())
          .singleElement()
          .isInstanceOfSatisfying(
              RemoteExecutionException.class,
              details -> {
                assertThat(details.function()).isEqualTo("declared");
                assertThat(details.attempts()).isEqualTo(1);
                assertThat(details.worker() == null).isEqualTo(parser == local);
                assertThat(details.remoteClass()).isEqualTo(NoSuchFileException.class.getName());
                assertThat(details.remoteStackTrace()).contains("Grammar.read(");
              });
    }
  }

  @Test
  void localThrowsAsRemoteDoes() {
    assertAlike(parser -> parser.parse("x"), IllegalStateException.class, "no grammar for x");
    assertAlike(
        parser -> parser.later("x").join(), IllegalStateException.class, "no grammar for x");
    assertAlike(
        parser -> parser.stream("x").forEach(i -> {}),
        IllegalStateException.class,
        "no grammar for x");
    assertAlike(parser -> parser.registered("x"), BadGrammar.class, "x");
    assertAlike(parser -> parser.undeclared("x"), SQLException.class, "x");
    assertAlike(parser -> parser.nested("x"), SQLException.class, "x");
    assertAlike(parser -> parser.undeclaredStream("x").forEach(i -> {}), SQLException.class, "x");
    assertAlike(parser -> parser.general("x"), NoSuchFileException.class, "x");
    assertAlike(parser -> parser.throwable("x"), Throwable.class, "x");
  }

  private interface Use {
    void by(Parser parser) throws Throwable;
  }

  private static void assertAlike(Use use, Class<? extends Throwable> type, String message) {
    RemoteExecutionException here = remoteFailure(use, local);
    RemoteExecutionException there = remoteFailure(use, remote);
    for (RemoteExecutionException failure : List.of(here, there)) {
      assertThat(failure.remoteClass()).isEqualTo(type.getName());
      assertThat(failure.remoteMessage()).isEqualTo(message);
    }
    assertThat(causes(here)).isEqualTo(causes(there));
  }

  private static RemoteExecutionException remoteFailure(Use use, Parser parser) {
    Throwable failure = catchThrowable(() -> use.by(parser));
    return (RemoteExecutionException)
        (failure instanceof CompletionException || failure instanceof ExecutionException
            ? failure.getCause()
            : failure);
  }

  private static List<String> causes(Throwable failure) {
    List<String> causes = new ArrayList<>();
    for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
      causes.add(
          at instanceof RemoteExecutionException data
              ? data.remoteClass() + ": " + data.remoteMessage()
              : at.toString());
    }
    return causes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMessage", "getCause", "toString", "getStackTrace"})
  @Proves(
      at = Proves.At.WORKER,
      fault = "the function's exception cannot be described: one of its own methods throws",
      outcome = "`RemoteExecutionException` with its class, after one attempt")
  void undescribableExceptionsArriveByClass(String method) {
    for (Parser parser : List.of(remote, local)) {
      for (Use use :
          List.<Use>of(
              functions -> functions.odd(method),
              functions -> functions.oddLater(method).get(20, TimeUnit.SECONDS),
              functions -> functions.oddStream(method).forEach(i -> {}))) {
        RemoteExecutionException failure = remoteFailure(use, parser);
        assertThat(failure.remoteClass()).as(printed(failure)).isEqualTo(Odd.class.getName());
        assertThat(failure.attempts()).isEqualTo(1);
        if (!method.equals("getStackTrace")) {
          assertThat(printed(failure)).contains("RemoteFailureTest.java:");
        }
      }
    }
  }

  @Test
  void rebuiltExceptionsKeepTheirCauses() {
    assertThat(causes(failure(() -> remote.registered("x"))))
        .containsExactly(
            BadGrammar.class.getName() + ": x",
            "java.io.IOException: disk",
            "java.sql.SQLException: row");
  }
}
