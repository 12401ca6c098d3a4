package dev.vast4j.worker;

import dev.vast4j.internal.spi.ServerThreads;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

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

  private static final int CLOSE_SECONDS = 2;

  /** Connections that the system holds until they are accepted. */
  private static final int BACKLOG = 1000;

  private static final long TINY_HEAP = 64 << 20;
  private static final long SMALL_HEAP = 128 << 20;

  private static final OptionMap HTTP =
      OptionMap.builder()
          .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
          .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
          .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_TIMEOUT_MILLIS)
          .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS_BYTES)
          // BodyReader bounds bodies. Undertow's own limit is 2 MB and resets the connection.
          .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
          .set(UndertowOptions.ALWAYS_SET_DATE, false)
          .getMap();

  /** At a time: all that blocking tasks are used for. */
  private static final int TLS_HANDSHAKES = 4;

  private final WorkerConfig config;
  private final MemoryReserve memory;
  private final ConsoleLog log;
  private final int port;
  private final int httpPort;
  private final Threads threads;
  private final XnioWorker io;
  private final AcceptingChannel<? extends StreamConnection> main;
  private final AcceptingChannel<? extends StreamConnection> callbacks;

  /**
   * Binds both ports.
   *
   * @param tls null for a worker without TLS
   * @param died accepts what a thread that accepts or reads connections died of
   * @throws IOException if a port cannot be bound; names it
   */
  WorkerServer(
      WorkerConfig config,
      @Nullable SSLContext tls,
      Routes routes,
      MemoryReserve memory,
      Consumer<Throwable> died,
      ConsoleLog log)
      throws IOException {
    this.config = config;
    this.memory = memory;
    this.log = log;
    this.threads = new Threads(died);
    this.io =
        ServerThreads.start("vast4j-http", ioThreads(), TLS_HANDSHAKES, OptionMap.EMPTY, threads);
    try {
      ByteBufferPool buffers = buffers();
      this.main = open(buffers, config.port(), "WORKER_PORT", tls, routes::route);
      this.callbacks =
          open(buffers, config.httpPort(), "WORKER_HTTP_PORT", null, routes::routeCallback);
    } catch (IOException | RuntimeException | Error e) {
      io.shutdownNow();
      threads.forget();
      throw e;
    }
    this.port = main.getLocalAddress(InetSocketAddress.class).getPort();
    this.httpPort = callbacks.getLocalAddress(InetSocketAddress.class).getPort();
  }

  /** Learns when one of the threads dies, which takes its connections with it. */
  private static final class Threads extends ThreadGroup {
    private volatile @Nullable Consumer<Throwable> died;

    Threads(Consumer<Throwable> died) {
      super("vast4j-http");
      this.died = died;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
      Consumer<Throwable> accepts = died;
      // Threads that these start, such as those of functions, are in the group as well.
      if (thread instanceof XnioIoThread && accepts != null) {
        accepts.accept(failure);
      } else {
        super.uncaughtException(thread, failure);
      }
    }

    /** Before JDK 19 the group around it keeps a group for ever, and so what it refers to. */
    void forget() {
      died = null;
    }
  }

  /**
   * Listens on a port. Not by Undertow's own class: if an error occurs while that one accepts a
   * connection, the connection stays open and nobody ever reads from it.
   */
  private AcceptingChannel<? extends StreamConnection> open(
      ByteBufferPool buffers,
      int bound,
      String variable,
      @Nullable SSLContext context,
      HttpHandler route)
      throws IOException {
    HttpOpenListener opened = new HttpOpenListener(buffers, HTTP);
    opened.setRootHandler(handler(route));
    InetSocketAddress address = new InetSocketAddress(config.bindAddress(), bound);
    try {
      AcceptingChannel<? extends StreamConnection> server =
          context == null
              ? io.createStreamConnectionServer(address, each -> accept(each, opened), sockets())
              : new UndertowXnioSsl(
                      io.getXnio(), OptionMap.create(Options.USE_DIRECT_BUFFERS, true), context)
                  .createSslConnectionServer(io, address, each -> accept(each, opened), sockets());
      server.resumeAccepts();
      return server;
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on port "
              + bound
              + " ("
              + variable
              + ") of "
              + config.bindAddress()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private void accept(
      AcceptingChannel<? extends StreamConnection> server, HttpOpenListener opened) {
    StreamConnection connection = null;
    try {
      connection = server.accept();
      if (connection != null) {
        opened.handleEvent(connection);
      }
    } catch (IOException | RuntimeException | Error e) {
      memory.check(e);
      IoUtils.safeClose(connection);
      log.debug("could not accept a connection: " + e);
    }
  }

  /** As Undertow chooses them: small ones in a small heap. */
  private static ByteBufferPool buffers() {
    long most = Runtime.getRuntime().maxMemory();
    int size = most < TINY_HEAP ? 512 : most < SMALL_HEAP ? 1024 : 16 * 1024 - 20;
    return new DefaultByteBufferPool(most >= TINY_HEAP, size, -1, 4);
  }

  private static OptionMap sockets() {
    return OptionMap.builder()
        .set(Options.TCP_NODELAY, true)
        .set(Options.REUSE_ADDRESSES, true)
        .set(Options.BALANCING_TOKENS, 1)
        .set(Options.BALANCING_CONNECTIONS, 2)
        .set(Options.BACKLOG, BACKLOG)
        .set(Options.CONNECTION_HIGH_WATER, connections())
        .set(Options.CONNECTION_LOW_WATER, connections())
        .getMap();
  }

  int port() {
    return port;
  }

  int httpPort() {
    return httpPort;
  }

  /** Stops listening; requests that have begun are still answered. */
  void stopListening() {
    IoUtils.safeClose(main);
    IoUtils.safeClose(callbacks);
  }

  /** Closes everything; waits up to two seconds for the threads. */
  @Override
  public void close() {
    stopListening();
    io.shutdownNow();
    threads.forget();
    try {
      if (!io.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.debug("the server's threads are still running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int connections() {
    long fitting = Runtime.getRuntime().maxMemory() / CONNECTION_BYTES;
    return (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, fitting));
  }

  private static int ioThreads() {
    return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
  }

  private HttpHandler handler(HttpHandler route) {
    // The route outlives the handler: dispatch, so that the server doesn't end the exchange.
    return new HttpContinueReadHandler(
        exchange ->
            exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () -> {
                  try {
                    route.handleRequest(exchange);
                  } catch (Throwable e) {
                    // Nobody would answer.
                    memory.check(e);
                    IoUtils.safeClose(exchange.getConnection());
                    throw new IllegalStateException(e);
                  }
                }));
  }
}
