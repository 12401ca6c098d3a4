package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.SessionOptions;
import dev.vast4j.api.Connection;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.http.FakeTiming;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A web API, an engine and one worker, scripted, with a call path to them. */
final class FakeVast implements AutoCloseable {
  static final String ACCOUNT_KEY = "account-key-4711";
  static final String ENDPOINT_KEY = "endpoint-key-0815";
  static final String ENDPOINT = "/api/v0/endptjobs/7/";
  static final CallOptions OPTIONS = CallOptions.defaults();

  final FakeTiming timing = new FakeTiming();
  final AtomicInteger routes = new AtomicInteger();
  final ScriptedServer worker;
  final ScriptedServer service;
  final Connection connection;
  final CallPath path;
  volatile String endpointKey = ENDPOINT_KEY;
  final AtomicInteger versionReads = new AtomicInteger();
  volatile Handler router;
  volatile @Nullable String version;
  volatile boolean attached;
  volatile Supplier<@Nullable String> currentVersion = () -> version;

  /** Answers requests for the endpoint's data. */
  volatile Handler endpoints = request -> endpoint();

  FakeVast(Handler worker) {
    this(worker, CallObserver.NONE, null);
  }

  FakeVast(Handler worker, Dialect dialect) {
    this(worker, dialect, CallObserver.NONE, null);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  FakeVast(
      Handler worker,
      CallObserver observer,
      Timing other,
      Class<? extends Throwable>... exceptions) {
    this(worker, Dialect.JAVA, observer, other, exceptions);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private FakeVast(
      Handler worker,
      Dialect dialect,
      CallObserver observer,
      Timing other,
      Class<? extends Throwable>... exceptions) {
    this.worker = new ScriptedServer(worker);
    this.router = request -> ready();
    this.service = new ScriptedServer(this::serve);
    this.connection =
        Connection.builder(() -> ACCOUNT_KEY)
            .webUrl(URI.create(service.url()))
            .engineUrl(URI.create(service.url()))
            .cacheFolder(Path.of("target", "test-cache"))
            .timing(other == null ? timing : other)
            .build();
    this.path =
        new CallPath(
            connection,
            new CallTarget(
                "deployment 'square' (default)",
                () -> 7,
                type -> RemoteInterface.read(type, null),
                WireCodec.standard(),
                dialect,
                ExceptionTypes.of(List.of(exceptions)),
                new Versions()),
            observer,
            Timeouts.DEFAULT);
  }

  /** The version of this client, and the current one, which a test may change. */
  private final class Versions implements VersionSource {
    @Override
    public @Nullable String own() {
      return version;
    }

    @Override
    public boolean attached() {
      return attached;
    }

    @Override
    public @Nullable String current() {
      versionReads.incrementAndGet();
      return currentVersion.get();
    }
  }

  private Reply serve(Request request) throws java.io.IOException, InterruptedException {
    if (request.path().equals(ENDPOINT)) {
      return endpoints.handle(request);
    }
    routes.incrementAndGet();
    return router.handle(request);
  }

  /** The endpoint's data, with its key. */
  Reply endpoint() {
    return Reply.json(endpointJson());
  }

  String endpointJson() {
    return "{\"result\":{\"id\":7,\"endpoint_name\":\"square\",\"api_key\":\""
        + endpointKey
        + "\",\"new_field\":[1]}}";
  }

  /** A route to the worker. */
  Reply ready() {
    return routeTo(worker.url());
  }

  static Reply routeTo(String url) {
    return Reply.json(
        "{ \"url\": \""
            + url
            + "\", \"reqnum\": 12, \"request_idx\": 34, \"cost\":100.0,\"endpoint\":\"square\","
            + "\"signature\":\"c2ln\", \"__request_id\" : \"\\u00e9\"}\n");
  }

  static Reply waiting() {
    return Reply.json("{\"endpoint\":\"square\",\"status\":\"2 loading\",\"request_idx\":34}");
  }

  <T> T remote(Class<T> type) {
    return remote(type, OPTIONS);
  }

  <T> T remote(Class<T> type, CallOptions options) {
    return path.remote(type, options);
  }

  CallContext context() {
    return path.context();
  }

  FunctionCalls functions() {
    return path.functions();
  }

  CompletableFuture<SessionHandle> open(SessionOptions options) {
    return SessionHandle.open(path.context(), path.functions(), options, OPTIONS);
  }

  static RemoteFunction function(Class<?> type, String name) {
    return RemoteInterface.read(type, null).functions().stream()
        .filter(function -> function.method().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static CallOptions attempts(int most) {
    return OPTIONS.maxAttempts(most);
  }

  static CallOptions once() {
    return OPTIONS.idempotent(false);
  }

  static CallOptions timeouts(Duration timeout, Duration workerTimeout) {
    return OPTIONS.timeout(timeout).workerTimeout(workerTimeout);
  }

  /** A call of {@code square(5)}, for tests that read the answer themselves. */
  static CallSpec square() {
    byte[] arguments = "{\"kwargs\":{\"x\":5}}".getBytes(StandardCharsets.UTF_8);
    return new CallSpec(
        "square",
        "/remote/square",
        null,
        Payload.encode(out -> out.write(arguments)),
        100,
        true,
        OPTIONS,
        null,
        false);
  }

  /** The answer of a worker of a version. */
  static ScriptedServer.Reply answer(String version, int status, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return connection -> {
      connection.head(
          status,
          "Content-Type: application/json",
          "Vast4j-Version: " + version,
          "Content-Length: " + body.length);
      connection.send(body);
      return true;
    };
  }

  List<Request> calls() {
    return worker.requests();
  }

  @Override
  public void close() {
    path.close();
    connection.close();
    worker.close();
    service.close();
  }
}
