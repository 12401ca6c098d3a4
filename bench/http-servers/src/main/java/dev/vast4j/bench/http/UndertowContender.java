package dev.vast4j.bench.http;

import io.undertow.UndertowOptions;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** Undertow as vast4j uses it: all of a connection on its I/O thread, functions on another one. */
final class UndertowContender implements Contender {
  private final ExecutorService functions = Threads.pool();

  @Override
  public int start(SSLContext tls) throws IOException {
    Xnio xnio = Xnio.getInstance(UndertowContender.class.getClassLoader());
    XnioWorker worker =
        xnio.createWorker(
            OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, 2)
                .set(Options.WORKER_TASK_CORE_THREADS, 2)
                .set(Options.WORKER_TASK_MAX_THREADS, 2)
                .getMap());
    DefaultByteBufferPool buffers = new DefaultByteBufferPool(true, 16 * 1024 - 20, -1, 4);
    HttpOpenListener http =
        new HttpOpenListener(
            buffers, OptionMap.create(UndertowOptions.BUFFER_PIPELINED_DATA, false));
    http.setRootHandler(this::receive);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    OptionMap options =
        OptionMap.builder().set(Options.TCP_NODELAY, true).set(Options.BACKLOG, 1024).getMap();
    AcceptingChannel<? extends StreamConnection> socket;
    if (tls == null) {
      socket =
          worker.createStreamConnectionServer(
              address, ChannelListeners.openListenerAdapter(http), options);
    } else {
      socket =
          new UndertowXnioSsl(
                  xnio, OptionMap.create(Options.USE_DIRECT_BUFFERS, true), buffers, tls)
              .createSslConnectionServer(
                  worker, address, ChannelListeners.openListenerAdapter(http), options);
    }
    socket.resumeAccepts();
    return ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }

  private void receive(HttpServerExchange exchange) {
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (received, body) ->
                received.dispatch(SameThreadExecutor.INSTANCE, () -> run(received, body)));
  }

  private void run(HttpServerExchange exchange, byte[] body) {
    Watch watch = new Watch(exchange);
    functions.execute(
        () -> {
          byte[] answer = Echo.answer(exchange.getRequestPath(), body);
          exchange.getIoThread().execute(() -> watch.answer(answer));
        });
  }

  /** Reads on while the function runs, so that the end of the connection is seen. */
  private static final class Watch
      implements org.xnio.ChannelListener<ConduitStreamSourceChannel>, ExchangeCompletionListener {
    private final HttpServerExchange exchange;
    private final HttpServerConnection connection;
    private boolean answered;
    private boolean over;

    Watch(HttpServerExchange exchange) {
      this.exchange = exchange;
      this.connection = (HttpServerConnection) exchange.getConnection();
      exchange.addExchangeCompleteListener(this);
      connection.getChannel().getSourceChannel().setReadListener(this);
      connection.getOriginalSourceConduit().resumeReads();
    }

    void answer(byte[] body) {
      if (!over) {
        answered = true;
        exchange.getResponseSender().send(ByteBuffer.wrap(body), IoCallback.END_EXCHANGE);
      }
    }

    @Override
    public void handleEvent(ConduitStreamSourceChannel channel) {
      if (over || connection.getExtraBytes() != null) {
        connection.getOriginalSourceConduit().suspendReads();
        return;
      }
      PooledByteBuffer early = connection.getByteBufferPool().allocate();
      int read;
      try {
        read = connection.getOriginalSourceConduit().read(early.getBuffer());
      } catch (IOException reset) {
        read = -1;
      }
      if (read > 0) {
        early.getBuffer().flip();
        connection.setExtraBytes(early);
        return;
      }
      early.close();
      if (read < 0) {
        IoUtils.safeClose(connection);
      }
    }

    @Override
    public void exchangeEvent(HttpServerExchange ended, NextListener next) {
      over = true;
      if (!answered) {
        Departures.notice();
      }
      next.proceed();
    }
  }
}
