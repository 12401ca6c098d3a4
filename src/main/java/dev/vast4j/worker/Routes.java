package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.internal.wire.MissingParameters;
import dev.vast4j.internal.wire.NotRun;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.UnknownParameters;
import dev.vast4j.internal.wire.VersionIdentity;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routes requests. Decides on the connection's I/O thread; what may block runs on the worker's
 * threads. Thread-safe.
 *
 * <p>To add a route, add its path and its handler to {@link #routes}.
 */
final class Routes {
  private static final String FUNCTIONS = "/remote/";

  /** A media range of {@code Accept} that covers server-sent events. */
  private static final Predicate<String> EVENTS =
      Pattern.compile(
              "\\s*(?:\\*/\\*|text/\\*|text/event-stream)\\s*(?:;(?!\\s*q=0(?:\\.0*)?\\s*(?:;|$)).*)?",
              Pattern.CASE_INSENSITIVE)
          .asMatchPredicate();

  /** Makes a client try another worker, during boot and shutdown. */
  private static final JsonAnswer NOT_READY = JsonAnswer.notRun(NotRun.NOT_READY);

  /** Bounds the bodies of all requests but calls. */
  private static final int MAX_JSON_BODIES = 1 << 20;

  private final WorkerConfig config;
  private final CallService calls;
  private final ExecutorService threads;
  private final BodyBudget callBodies;
  private final BodyBudget jsonBodies;
  private final ServedVersion version;
  private final MemoryReserve memory;
  private final ConsoleLog log;

  /** By path; all of them answer POST requests. */
  private final Map<String, Route> routes;

  /** The routes on the port of callbacks. */
  private final Map<String, Route> callbackRoutes;

  /**
   * Creates the routes.
   *
   * @param threads run blocking work other than functions
   */
  Routes(
      WorkerConfig config,
      CallService calls,
      SessionRequests sessions,
      ExecutorService threads,
      ServedVersion version,
      MemoryReserve memory,
      ConsoleLog log) {
    this.config = config;
    this.calls = calls;
    this.threads = threads;
    this.memory = memory;
    this.callBodies = new BodyBudget(config.maxBody(), config.bodyPatience());
    this.jsonBodies =
        new BodyBudget(Math.min(MAX_JSON_BODIES, config.maxBody()), config.bodyPatience());
    this.version = version;
    this.log = log;
    Route endSession = json(sessions::end);
    this.routes =
        Map.of(
            "/session/create",
            json(request -> calls.context() == null ? NOT_READY : sessions.create(request)),
            "/session/get",
            json(sessions::get),
            "/session/health",
            json(sessions::health),
            "/session/end",
            endSession,
            "/pyworker/update",
            (exchange, reply) -> run(reply, null, () -> update(exchange, reply)));
    this.callbackRoutes = Map.of("/session/end", endSession);
  }

  /** Handles the requests of one path, on the I/O thread. */
  @FunctionalInterface
  private interface Route {
    void handle(HttpServerExchange exchange, Reply reply);
  }

  /** Routes a request on the port of callers and the engine. */
  void route(HttpServerExchange exchange) {
    String path = exchange.getRequestPath();
    if (path.startsWith(FUNCTIONS)) {
      call(path.substring(FUNCTIONS.length()), exchange);
    } else {
      handle(routes.get(path), exchange, new Reply(exchange, version, memory));
    }
  }

  /** Routes a request on the port of callbacks. */
  void routeCallback(HttpServerExchange exchange) {
    handle(
        callbackRoutes.get(exchange.getRequestPath()),
        exchange,
        new Reply(exchange, version, memory));
  }

  private static void handle(@Nullable Route route, HttpServerExchange exchange, Reply reply) {
    if (route == null) {
      reply.sendAndClose(JsonAnswer.error(404, "nothing at " + exchange.getRequestPath()));
    } else if (exchange.getRequestMethod().equals(Methods.POST)) {
      route.handle(exchange, reply);
    } else {
      exchange.getResponseHeaders().put(Headers.ALLOW, "POST");
      reply.sendAndClose(JsonAnswer.error(405, "POST only"));
    }
  }

  private void call(String name, HttpServerExchange exchange) {
    Reply reply = new Reply(exchange, version, memory);
    CallEnvironment context = calls.context();
    if (context == null) {
      reply.sendAndClose(NOT_READY);
      return;
    }
    ServedFunction function = context.serving().functions().get(name);
    JsonAnswer refusal = refusal(function, name, exchange);
    if (function == null && !exchange.getRequestMethod().equals(Methods.POST)) {
      handle(null, exchange, reply);
      return;
    }
    Route route =
        (call, to) ->
            new BodyReader(
                    call,
                    to,
                    callBodies,
                    memory,
                    body -> {
                      if (refusal != null || function == null) {
                        JsonAnswer answer = Objects.requireNonNull(refusal);
                        run(to, body, () -> calls.refuse(context, body, answer, to));
                      } else {
                        begin(
                            to,
                            body,
                            () ->
                                calls.handle(
                                    context,
                                    function,
                                    signature(function, exchange),
                                    body,
                                    to,
                                    task -> guarded(to, task)));
                      }
                    })
                .start();
    handle(route, exchange, reply);
  }

  /** {@return the answer to a call that cannot run on this worker, or null} */
  private @Nullable JsonAnswer refusal(
      @Nullable ServedFunction function, String name, HttpServerExchange exchange) {
    if (version.refuses(exchange.getRequestHeaders().getFirst(VersionIdentity.ONLY))) {
      return JsonAnswer.error(412, "this worker has another version than the call wants");
    }
    if (function == null) {
      return JsonAnswer.error(404, "this version has no function '" + name + "'; check its name");
    }
    return function.function().kind().streamed() && !acceptsEvents(exchange)
        ? JsonAnswer.error(406, name + " answers with text/event-stream only")
        : null;
  }

  /** {@return how the caller's arguments are read} */
  private static Signature signature(ServedFunction function, HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    Signature read =
        MissingParameters.areNull(headers.getFirst(MissingParameters.HEADER))
            ? function.forOlderClients()
            : function.signature();
    return read.ignoring(UnknownParameters.named(headers.getFirst(UnknownParameters.HEADER)));
  }

  /** {@return whether the caller takes server-sent events, as one without an Accept does} */
  private static boolean acceptsEvents(HttpServerExchange exchange) {
    HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
    return accept == null
        || accept.isEmpty()
        || accept.stream().flatMap(line -> Stream.of(line.split(","))).anyMatch(EVENTS);
  }

  /** {@return a route that reads a JSON object and answers it} */
  private Route json(Function<JsonNode, JsonAnswer> handler) {
    return (exchange, reply) ->
        read(
            exchange,
            reply,
            jsonBodies,
            body -> {
              JsonAnswer answer = answer(body, handler);
              if (answer != null) {
                reply.send(answer);
              }
            });
  }

  /** {@return the answer, or null if the request did not arrive} */
  private @Nullable JsonAnswer answer(Body body, Function<JsonNode, JsonAnswer> handler) {
    try (InputStream in = body.stream()) {
      JsonNode request = JsonAnswer.MAPPER.readTree(in);
      return request.isObject()
          ? handler.apply(request)
          : JsonAnswer.error(422, "the body has to be a JSON object");
    } catch (JsonProcessingException | CharConversionException e) {
      return JsonAnswer.error(422, "invalid JSON");
    } catch (IOException e) {
      log.debug("a request did not arrive: " + e.getMessage());
      return null;
    } finally {
      body.share().free();
    }
  }

  private void update(HttpServerExchange exchange, Reply reply) {
    if (!authorized(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))) {
      reply.sendAndClose(JsonAnswer.error(401, "unauthorized"));
      return;
    }
    Path file = config.forceUpdateFile();
    try {
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      log.error("cannot write " + file, e);
      reply.sendAndClose(
          JsonAnswer.error(500, "failed to write file: " + e.getClass().getSimpleName()));
      return;
    }
    // The instance's supervisor ends this process and boots the next version. Until then it serves:
    // a process that ends by itself counts as finished or broken.
    log.info("the engine asks for an update; serving until the process is ended");
    reply.send(new JsonAnswer(200, Map.of("ok", true)));
  }

  private boolean authorized(@Nullable String header) {
    if (header == null || config.masterToken().isEmpty()) {
      return false;
    }
    String token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : header;
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8),
        config.masterToken().getBytes(StandardCharsets.UTF_8));
  }

  private void read(
      HttpServerExchange exchange, Reply reply, BodyBudget budget, Consumer<Body> handler) {
    new BodyReader(
            exchange, reply, budget, memory, body -> run(reply, body, () -> handler.accept(body)))
        .start();
  }

  /** Runs a task off the I/O thread. Answers the request if the task fails. */
  private void run(Reply reply, @Nullable Body body, Runnable task) {
    begin(reply, body, () -> threads.execute(guarded(reply, task)));
  }

  private Runnable guarded(Reply reply, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        memory.check(e);
        try {
          log.error("could not answer a request", e);
          reply.sendAndClose(JsonAnswer.error(500, "internal error: " + e.getClass().getName()));
        } catch (OutOfMemoryError again) {
          reply.drop();
        }
      }
    };
  }

  /** Hands a task to other threads. Answers the request if there are none. */
  private void begin(Reply reply, @Nullable Body body, Runnable task) {
    try {
      task.run();
    } catch (OutOfMemoryError e) {
      // No thread to be had. Nothing ran, so the client may try another worker.
      memory.check(e);
      if (body != null) {
        body.share().free();
      }
      reply.sendAndClose(JsonAnswer.error(429, CallService.LITTLE_MEMORY));
    } catch (RejectedExecutionException e) {
      // The process is about to end, which frees what the request holds.
      reply.sendAndClose(NOT_READY);
    }
  }
}
