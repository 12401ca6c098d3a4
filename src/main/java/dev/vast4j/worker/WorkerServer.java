package dev.vast4j.worker;

import dev.vast4j.internal.spi.ServerThreads;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.XnioWorker;

/**
 * The worker's two ports: one for callers and the engine, with TLS if configured, and one for
 * callbacks from inside the instance, without. Thread-safe.
 */
final class WorkerServer implements AutoCloseable {
  /** Further connections wait. Fewer if they would fill the memory; a budget bounds bodies. */
  private static final int MAX_CONNECTIONS = 10_000;

  private static final int MIN_CONNECTIONS = 256;

  /** What a connection with a half-sent request takes, without its body, rounded up. */
  private static final int CONNECTION_BYTES = 24 * 1024;

  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int PARSE_TIMEOUT_MILLIS = 30_000;

  /** As long as the reference keeps an idle connection. */
  private static final int IDLE_TIMEOUT_MILLIS = 75_000;

  /** At a time: all that blocking tasks are used for. */
  private static final int TLS_HANDSHAKES = 4;

  private final ConsoleLog log;
  private final XnioWorker io;
  private final Undertow undertow;
  private final int port;
  private final int httpPort;

  /**
   * Binds both ports.
   *
   * @param tls null for a worker without TLS
   * @throws IOException if a port cannot be bound; names it
   */
  WorkerServer(WorkerConfig config, @Nullable SSLContext tls, Routes routes, ConsoleLog log)
      throws IOException {
    this.log = log;
    this.io =
        ServerThreads.start(
            "vast4j-http",
            ioThreads(),
            TLS_HANDSHAKES,
            OptionMap.builder()
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
            .setRootHandler(handler(routes::route));
    if (tls != null) {
      main.setType(Undertow.ListenerType.HTTPS).setSslContext(tls);
    }
    this.undertow =
        Undertow.builder()
            .setWorker(io)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_TIMEOUT_MILLIS)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS_BYTES)
            // BodyReader bounds bodies. Undertow's own limit is 2 MB and resets the connection.
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, false)
            .addListener(main)
            .addListener(
                new Undertow.ListenerBuilder()
                    .setHost(host)
                    .setPort(config.httpPort())
                    .setType(Undertow.ListenerType.HTTP)
                    .setRootHandler(handler(routes::routeCallback)))
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

  /** Stops listening; requests that have begun are still answered. */
  void stopListening() {
    undertow.stop();
  }

  /** Closes everything; waits up to two seconds for the threads. */
  @Override
  public void close() {
    undertow.stop();
    io.shutdownNow();
    try {
      if (!io.awaitTermination(2, TimeUnit.SECONDS)) {
        log.debug("the server's threads are still running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int bound(int listener) {
    return ((InetSocketAddress) undertow.getListenerInfo().get(listener).getAddress()).getPort();
  }

  private static int connections() {
    long fitting = Runtime.getRuntime().maxMemory() / CONNECTION_BYTES;
    return (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, fitting));
  }

  private static int ioThreads() {
    return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
  }

  private static HttpHandler handler(HttpHandler route) {
    // The route outlives the handler: dispatch, so that the server doesn't end the exchange.
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
}
