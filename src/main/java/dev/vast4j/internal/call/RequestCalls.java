package dev.vast4j.internal.call;

import com.fasterxml.jackson.databind.JavaType;
import dev.vast4j.CallOptions;
import dev.vast4j.Requests;
import dev.vast4j.TypeRef;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.InvalidDeploymentException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls any route of an endpoint's workers, or of a session's worker. Thread-safe. */
final class RequestCalls implements Requests {
  private final CallContext context;
  private final CallOptions options;
  private final @Nullable SessionState session;

  RequestCalls(CallContext context, CallOptions options, @Nullable SessionState session) {
    this.context = context;
    this.options = options;
    this.session = session;
  }

  @Override
  public Requests with(CallOptions other) {
    return new RequestCalls(context, other, session);
  }

  @Override
  public <T> T request(String route, Object payload, TypeRef<T> type) {
    return await(this.<T>value(route, payload, type), route);
  }

  @Override
  public <T> CompletableFuture<T> requestAsync(String route, Object payload, TypeRef<T> type) {
    RemoteCall<T> call = value(route, payload, type);
    CompletableFuture<T> result = call.start();
    called();
    return result;
  }

  private <T> RemoteCall<T> value(String route, Object payload, TypeRef<T> type) {
    return RemoteCall.begin(
        context,
        spec(route, payload, false),
        new RequestAnswer<>(PlainJson.type(type.type()), route));
  }

  @Override
  @SuppressWarnings("unchecked") // the elements are read as T
  public <T> Stream<T> stream(String route, Object payload, TypeRef<T> type) {
    EventStream stream =
        await(streamed(spec(route, payload, true), type, true, CallSite.here()), route);
    return (Stream<T>) stream.stream();
  }

  @Override
  @SuppressWarnings("unchecked") // the elements are read as T
  public <T> Flow.Publisher<T> publisher(String route, Object payload, TypeRef<T> type) {
    CallSpec spec = spec(route, payload, true);
    CallSite site = CallSite.here();
    return (Flow.Publisher<T>)
        new StreamPublisher(
            () -> {
              CompletableFuture<EventStream> opening =
                  streamed(spec, type, false, site).start(site);
              called();
              return opening;
            },
            context.transport().executor());
  }

  private RemoteCall<EventStream> streamed(
      CallSpec spec, TypeRef<?> type, boolean pulled, CallSite site) {
    JavaType elements = PlainJson.type(type.type());
    return RemoteCall.begin(
        context,
        spec,
        new StreamReader(
            context,
            spec,
            pulled,
            site,
            (answer, reporter, elementNanos) ->
                new EventStream(
                    context.transport(),
                    answer,
                    StreamedAnswer.of(
                        answer.response().body().contentType(),
                        elements,
                        "element of the answer of '" + spec.function() + "'"),
                    reporter,
                    elementNanos,
                    spec.function(),
                    context.inFlight())));
  }

  private CallSpec spec(String route, Object payload, boolean streamed) {
    context.inFlight().checkOpen();
    check(route);
    Double cost = options.cost();
    return new CallSpec(
        route,
        route,
        null,
        Payload.encode(out -> PlainJson.write(out, payload, route)),
        cost == null ? CostCalculator.DEFAULT : cost,
        !Boolean.FALSE.equals(options.idempotent()),
        options,
        session,
        streamed);
  }

  private static void check(String route) {
    boolean path = route.startsWith("/");
    try {
      path &= new URI("http://worker" + route).getRawFragment() == null;
    } catch (URISyntaxException e) {
      path = false;
    }
    if (!path) {
      throw new InvalidDeploymentException(
          "route '" + route + "'",
          "it isn't a path on the worker",
          "Give one that begins with a slash, such as /v1/completions",
          null);
    }
  }

  private void called() {
    if (session != null) {
      session.called();
    }
  }

  /** Runs the call on this thread. */
  private <T> T await(RemoteCall<T> call, String route) {
    try {
      T result = call.await();
      called();
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Cancellations.interrupted(route, e);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause();
      if (failure instanceof CallException) {
        CallSite.here().mark(failure);
      }
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a call failed with a checked exception", failure);
    }
  }
}
