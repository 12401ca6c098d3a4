package dev.vast4j.local;

import io.undertow.Undertow;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * An embedded engine: web API, serverless engine and object store on one loopback port, with
 * workers as child processes. Thread-safe.
 */
public final class LocalVast implements AutoCloseable {
  private final Undertow server;
  private final URI url;

  private LocalVast(LocalOptions options) {
    this.server =
        Undertow.builder()
            .addHttpListener(options.port(), "127.0.0.1")
            .setHandler(exchange -> exchange.setStatusCode(404))
            .build();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    this.url = URI.create("http://127.0.0.1:" + port);
  }

  /**
   * Starts an engine with {@link LocalOptions#defaults()}.
   *
   * @return the running engine, to be closed by the caller
   */
  public static LocalVast start() {
    return start(LocalOptions.defaults());
  }

  /**
   * Starts an engine.
   *
   * @param options how it runs
   * @return the running engine, to be closed by the caller
   * @throws dev.vast4j.errors.LocalEngineException when the port is taken or the folder cannot be
   *     used
   */
  public static LocalVast start(LocalOptions options) {
    return new LocalVast(options);
  }

  /**
   * Where the engine listens: web URL and engine URL in one.
   *
   * @return such as {@code http://127.0.0.1:43210}, without a slash at the end
   */
  public URI url() {
    return url;
  }

  /** Ends the engine and all of its workers. Blocks until they are gone; may be called again. */
  @Override
  public void close() {
    server.stop();
  }
}
