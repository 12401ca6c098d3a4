package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * The worker's two ports: the one that callers and the engine use, with TLS where that is
 * configured, and the plain one for callbacks from inside the instance. Thread-safe.
 */
final class WorkerServer implements AutoCloseable {
  private static final String FUNCTIONS = "/remote/";

  /** Sends a caller elsewhere, while booting and while ending. */
  private static final String NOT_READY = "the worker is not ready";

  /** Requests about sessions are short; their callback's payload is the longest part. */
  private static final int MAX_SESSION_BODIES = 1 << 20;

  /** Further connections wait to be accepted. Fewer where small bodies on all would fill memory. */
  private static final int MAX_CONNECTIONS = 10_000;

  private static final int MIN_CONNECTIONS = 256;

  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int PARSE_TIMEOUT_MILLIS = 30_000;

  /** As long as the reference keeps an unused connection. */
  private static final int IDLE_TIMEOUT_MILLIS = 75_000;

  private final WorkerConfig config;
  private final CallService calls;
  private final Sessions sessions;
  private final ExecutorService threads;
  private final BodyBudget bodies;
  private final BodyBudget sessionBodies;
  private final Runnable update;
  private final WorkerLog log;
  private final XnioWorker io;
  private final Undertow undertow;
  private final int port;
  private final int httpPort;

  /**
   * Binds both ports.
   *
   * @param tls null for a worker without TLS
   * @param update run after the engine asked for an update
   * @throws IOException when a port cannot be bound, naming it
   */
  WorkerServer(
      WorkerConfig config,
      @Nullable SSLContext tls,
      CallService calls,
      Sessions sessions,
      ExecutorService threads,
      Runnable update,
      WorkerLog log)
      throws IOException {
    this.config = config;
    this.calls = calls;
    this.sessions = sessions;
    this.threads = threads;
    this.bodies = new BodyBudget(config.maxBody(), config.bodyPatience());
    this.sessionBodies =
        new BodyBudget(Math.min(MAX_SESSION_BODIES, config.maxBody()), config.bodyPatience());
    this.update = update;
    this.log = log;
    this.io =
        Xnio.getInstance(WorkerServer.class.getClassLoader())
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_NAME, "vast4j-http")
                    .set(Options.THREAD_DAEMON, true)
                    .set(Options.WORKER_IO_THREADS, ioThreads())
                    // Only TLS handshakes run on these.
                    .set(Options.WORKER_TASK_CORE_THREADS, 1)
                    .set(Options.WORKER_TASK_MAX_THREADS, 4)
                    .set(Options.TCP_NODELAY, true)
                    .set(Options.CONNECTION_HIGH_WATER, connections())
                    .set(Options.CONNECTION_LOW_WATER, connections())
                    .getMap());
    String host = config.bindAddress();
    Undertow.ListenerBuilder main =
        new Undertow.ListenerBuilder()
            .setHost(host)
            .setPort(config.port())
            .setType(Undertow.ListenerType.HTTP)
            .setRootHandler(handler(this::route));
    if (tls != null) {
      main.setType(Undertow.ListenerType.HTTPS).setSslContext(tls);
    }
    this.undertow =
        Undertow.builder()
            .setWorker(io)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_TIMEOUT_MILLIS)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS_BYTES)
            // BodyReader bounds bodies; Undertow's own bound is 2 MB, and resets the connection.
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, false)
            .addListener(main)
            .addListener(
                new Undertow.ListenerBuilder()
                    .setHost(host)
                    .setPort(config.httpPort())
                    .setType(Undertow.ListenerType.HTTP)
                    .setRootHandler(handler(this::routePlain)))
            .build();
    try {
      undertow.start();
    } catch (RuntimeException e) {
      io.shutdownNow();
      if (e.getCause() instanceof BindException bind) {
        throw new IOException(
            "cannot listen on port "
                + config.port()
                + " (WORKER_PORT) or "
                + config.httpPort()
                + " (WORKER_HTTP_PORT) of "
                + host
                + ": "
                + bind.getMessage(),
            bind);
      }
      throw e;
    }
    this.port = bound(0);
    this.httpPort = bound(1);
  }

  int port() {
    return port;
  }

  int httpPort() {
    return httpPort;
  }

  /** Stops listening; requests that have begun are answered still. */
  void stopListening() {
    undertow.stop();
  }

  /** Closes everything. Does not wait. */
  @Override
  public void close() {
    undertow.stop();
    io.shutdownNow();
    try {
      if (!io.awaitTermination(2, TimeUnit.SECONDS)) {
        log.debug("the server's threads still run");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int bound(int listener) {
    return ((InetSocketAddress) undertow.getListenerInfo().get(listener).getAddress()).getPort();
  }

  private static int connections() {
    long fitting = Runtime.getRuntime().maxMemory() / 4 / BodyReader.SMALL;
    return (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, fitting));
  }

  private static int ioThreads() {
    return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
  }

  private static HttpHandler handler(HttpHandler route) {
    // What the route does outlives the handler, so it runs once the server has left that.
    return new HttpContinueReadHandler(
        exchange ->
            exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () -> {
                  try {
                    route.handleRequest(exchange);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  private void route(HttpServerExchange exchange) {
    Reply reply = new Reply(exchange);
    String path = exchange.getRequestPath();
    if (path.startsWith(FUNCTIONS)) {
      CallService.Serving serving = calls.serving();
      if (serving == null) {
        reply.sendAndClose(429, Json.error(NOT_READY));
        return;
      }
      ServedFunction function = serving.functions().get(path.substring(FUNCTIONS.length()));
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
                      : Sessions.Answer.error(429, NOT_READY));
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

  private void routePlain(HttpServerExchange exchange) {
    Reply reply = new Reply(exchange);
    if (exchange.getRequestPath().equals("/session/end")) {
      session(exchange, reply, sessions::end);
    } else {
      notFound(exchange, reply);
    }
  }

  private void session(
      HttpServerExchange exchange, Reply reply, Function<JsonNode, Sessions.Answer> answer) {
    if (!isPost(exchange, reply)) {
      return;
    }
    new BodyReader(
            exchange,
            reply,
            sessionBodies,
            body ->
                run(
                    reply,
                    () -> {
                      Sessions.Answer result;
                      try (InputStream in = body.stream()) {
                        JsonNode request = Json.MAPPER.readTree(in);
                        result =
                            request.isObject()
                                ? answer.apply(request)
                                : Sessions.Answer.error(422, "the body has to be a JSON object");
                      } catch (JsonProcessingException | CharConversionException e) {
                        result = Sessions.Answer.error(422, "invalid JSON");
                      } catch (IOException e) {
                        log.debug("a request about a session did not arrive: " + e.getMessage());
                        return;
                      } finally {
                        body.share().free();
                      }
                      reply.send(result.status(), Json.bytes(result.fields()));
                    }))
        .start();
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
