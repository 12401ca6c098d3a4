package dev.vast4j.internal.deploy;

import dev.vast4j.CallOptions;
import dev.vast4j.Endpoint;
import dev.vast4j.Requests;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.TypeRef;
import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.EndpointNotFoundException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.call.CallPath;
import dev.vast4j.internal.call.CallTarget;
import dev.vast4j.internal.call.Timeouts;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.observe.CallObserver;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/** An endpoint of the account, found by its name. Thread-safe. */
final class ConnectedEndpoint implements Endpoint {
  private final Connection connection;
  private final URI openAiUrl;
  private final String name;
  private final CallPath calls;
  private final CallOptions options;
  private final Requests requests;

  private ConnectedEndpoint(
      Connection connection, URI openAiUrl, String name, CallPath calls, CallOptions options) {
    this.connection = connection;
    this.openAiUrl = openAiUrl;
    this.name = name;
    this.calls = calls;
    this.options = options;
    this.requests = calls.requests(options);
  }

  static ConnectedEndpoint of(
      Connection connection, URI openAiUrl, String name, Timeouts timeouts) {
    Bindings bindings = Bindings.of(List.of(), List.of());
    CallTarget target =
        new CallTarget(
            "endpoint '" + name + "'",
            () -> 0, // found by its name, whatever its id
            type -> noInterface(name, type),
            bindings.codec(),
            Dialect.JAVA,
            bindings.exceptions());
    CallPath calls =
        CallPath.of(connection, target, id -> find(connection, name), CallObserver.NONE, timeouts);
    return new ConnectedEndpoint(connection, openAiUrl, name, calls, CallOptions.defaults());
  }

  private static RemoteInterface noInterface(String name, Class<?> type) {
    throw new InvalidDeploymentException(
        type.getName(),
        "endpoint '" + name + "' has no remote interfaces",
        "Call its routes with request(...), or attach to the deployment behind it",
        null);
  }

  private static EndpointInfo find(Connection connection, String name) {
    List<EndpointInfo> all = connection.web().endpoints();
    return all.stream()
        .filter(endpoint -> endpoint.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new EndpointNotFoundException(name, all.stream().map(EndpointInfo::name).toList()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public EndpointInfo info() {
    return find(connection, name);
  }

  @Override
  public List<WorkerInfo> workers() {
    return connection.engine().workers(info().id());
  }

  @Override
  public EndpointLogs logs() {
    return connection.engine().endpointLogs(info().id(), null);
  }

  @Override
  public URI openAiUrl() {
    return openAiUrl;
  }

  @Override
  public Endpoint with(CallOptions other) {
    return new ConnectedEndpoint(connection, openAiUrl, name, calls, other);
  }

  @Override
  public Endpoint observe(CallObserver observer) {
    CallPath observed = calls.observedBy(CallObserver.all(List.of(observer)));
    return new ConnectedEndpoint(connection, openAiUrl, name, observed, options);
  }

  @Override
  public Session openSession(SessionOptions session) {
    return calls.openSession(session, options);
  }

  @Override
  public Session resumeSession(String id, String auth) {
    return calls.resumeSession(id, auth);
  }

  @Override
  public <T> T request(String route, Object payload, TypeRef<T> type) {
    return requests.request(route, payload, type);
  }

  @Override
  public <T> CompletableFuture<T> requestAsync(String route, Object payload, TypeRef<T> type) {
    return requests.requestAsync(route, payload, type);
  }

  @Override
  public <T> Stream<T> stream(String route, Object payload, TypeRef<T> type) {
    return requests.stream(route, payload, type);
  }

  @Override
  public <T> Flow.Publisher<T> publisher(String route, Object payload, TypeRef<T> type) {
    return requests.publisher(route, payload, type);
  }

  /** Ends the sessions and cancels the requests in flight. Idempotent. */
  void close() {
    calls.close();
  }

  @Override
  public String toString() {
    return "Endpoint[" + name + "]";
  }
}
