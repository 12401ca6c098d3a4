package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which request goes where. Begins on the connection's I/O thread, where it only decides; whatever
 * may block runs on the worker's threads. Thread-safe.
 */
final class Routes {
  private static final String FUNCTIONS = "/remote/";

  /** Sends a caller elsewhere, while booting and while ending. */
  private static final String NOT_READY = "the worker is not ready";

  /** Requests about sessions are short; their callback's payload is the longest part. */
  private static final int MAX_SESSION_BODIES = 1 << 20;

  private final WorkerConfig config;
  private final CallService calls;
  private final SessionRequests sessions;
  private final ExecutorService threads;
  private final BodyBudget bodies;
  private final BodyBudget sessionBodies;
  private final Runnable update;
  private final WorkerLog log;

  /**
   * Creates the routes.
   *
   * @param update run after the engine asked for an update
   */
  Routes(
      WorkerConfig config,
      CallService calls,
      SessionRequests sessions,
      ExecutorService threads,
      Runnable update,
      WorkerLog log) {
    this.config = config;
    this.calls = calls;
    this.sessions = sessions;
    this.threads = threads;
    this.bodies = new BodyBudget(config.maxBody(), config.bodyPatience());
    this.sessionBodies =
        new BodyBudget(Math.min(MAX_SESSION_BODIES, config.maxBody()), config.bodyPatience());
    this.update = update;
    this.log = log;
  }

  /** A request on the port of callers and the engine. */
  void route(HttpServerExchange exchange) {
    Reply reply = new Reply(exchange);
    String path = exchange.getRequestPath();
    if (path.startsWith(FUNCTIONS)) {
      call(path.substring(FUNCTIONS.length()), exchange, reply);
      return;
    }
    switch (path) {
      case "/session/create" ->
          session(
              exchange,
              reply,
              request ->
                  calls.serving() != null
                      ? sessions.create(request)
                      : SessionRequests.Answer.error(429, NOT_READY));
      case "/session/get" -> session(exchange, reply, sessions::get);
      case "/session/health" -> session(exchange, reply, sessions::health);
      case "/session/end" -> session(exchange, reply, sessions::end);
      case "/pyworker/update" -> {
        if (isPost(exchange, reply)) {
          run(reply, () -> update(exchange, reply));
        }
      }
      default -> notFound(exchange, reply);
    }
  }

  private void call(String name, HttpServerExchange exchange, Reply reply) {
    CallService.Serving serving = calls.serving();
    if (serving == null) {
      reply.sendAndClose(429, Json.error(NOT_READY));
      return;
    }
    ServedFunction function = serving.functions().get(name);
    if (function == null) {
      notFound(exchange, reply);
    } else if (isPost(exchange, reply)) {
      new BodyReader(
              exchange,
              reply,
              bodies,
              body -> run(reply, () -> calls.handle(serving, function, body, reply)))
          .start();
    }
  }

  /** A request on the port of callbacks. */
  void routePlain(HttpServerExchange exchange) {
    Reply reply = new Reply(exchange);
    if (exchange.getRequestPath().equals("/session/end")) {
      session(exchange, reply, sessions::end);
    } else {
      notFound(exchange, reply);
    }
  }

  private void session(
      HttpServerExchange exchange, Reply reply, Function<JsonNode, SessionRequests.Answer> answer) {
    if (isPost(exchange, reply)) {
      new BodyReader(
              exchange,
              reply,
              sessionBodies,
              body -> run(reply, () -> answerSession(body, reply, answer)))
          .start();
    }
  }

  private void answerSession(
      Body body, Reply reply, Function<JsonNode, SessionRequests.Answer> answer) {
    SessionRequests.Answer result;
    try (InputStream in = body.stream()) {
      JsonNode request = Json.MAPPER.readTree(in);
      result =
          request.isObject()
              ? answer.apply(request)
              : SessionRequests.Answer.error(422, "the body has to be a JSON object");
    } catch (JsonProcessingException | CharConversionException e) {
      result = SessionRequests.Answer.error(422, "invalid JSON");
    } catch (IOException e) {
      log.debug("a request about a session did not arrive: " + e.getMessage());
      return;
    } finally {
      body.share().free();
    }
    reply.send(result.status(), Json.bytes(result.fields()));
  }

  private void update(HttpServerExchange exchange, Reply reply) {
    if (!authorized(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))) {
      reply.sendAndClose(401, Json.error("unauthorized"));
      return;
    }
    Path file = config.forceUpdateFile();
    try {
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      log.error("cannot write " + file, e);
      reply.sendAndClose(500, Json.error("failed to write file: " + e.getClass().getSimpleName()));
      return;
    }
    log.info("the engine asks for an update");
    reply.send(200, Json.bytes(Map.of("ok", true)));
    update.run();
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

  private static boolean isPost(HttpServerExchange exchange, Reply reply) {
    HttpString method = exchange.getRequestMethod();
    if (method.equals(Methods.POST)) {
      return true;
    }
    exchange.getResponseHeaders().put(Headers.ALLOW, "POST");
    reply.sendAndClose(405, Json.error("POST only"));
    return false;
  }

  private static void notFound(HttpServerExchange exchange, Reply reply) {
    reply.sendAndClose(404, Json.error("nothing at " + exchange.getRequestPath()));
  }

  /**
   * Runs something that may block, off the I/O thread; no failure of it leaves a caller waiting.
   */
  private void run(Reply reply, Runnable task) {
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException | Error e) {
              log.error("a request could not be answered", e);
              reply.sendAndClose(500, Json.error("internal error"));
            }
          });
    } catch (RejectedExecutionException e) {
      // The process is about to end, and with it whatever the request holds.
      reply.sendAndClose(429, Json.error(NOT_READY));
    }
  }
}
