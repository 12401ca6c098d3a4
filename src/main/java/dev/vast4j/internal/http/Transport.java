package dev.vast4j.internal.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * The HTTP clients and threads of one connection. The clients share threads and pooled connections.
 * They never retry or redirect on their own, because only the caller knows what may be sent twice.
 * Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Below the 60 or 75 seconds of most servers, so that few pooled connections are stale. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(50);

  private static final int IDLE_CONNECTIONS = 256;
  private static final String USER_AGENT = "vast4j/" + version();

  private final Timing timing;
  private final Watch watch;
  private final ExecutorService executor;
  private final OkHttpClient web;
  private final OkHttpClient upload;
  private final OkHttpClient engine;
  private final OkHttpClient worker;
  private final OkHttpClient workerOnce;
  private final Set<Runnable> onClose = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates a transport. Starts no thread and sends nothing.
   *
   * @param timing clock and timer; closed with the transport
   * @param platformThreads the number of HTTP threads before JDK 21
   * @param webTimeout the time-out of an exchange with the web API
   * @param trust trusts workers' certificates
   */
  public Transport(Timing timing, int platformThreads, Duration webTimeout, WorkerTrust trust) {
    this(timing, platformThreads, webTimeout, trust, Network.ofProcess());
  }

  /** Creates a transport that reaches the network in a given way. */
  public Transport(
      Timing timing, int platformThreads, Duration webTimeout, WorkerTrust trust, Network network) {
    this.timing = timing;
    this.watch = new Watch(timing);
    this.executor = HttpThreads.create(platformThreads);
    ProxyRoutes proxies = new ProxyRoutes(network);
    Duration connect = network.connectTimeout();
    Duration read = network.readTimeout();
    OkHttpClient.Builder all =
        new OkHttpClient.Builder()
            .proxySelector(proxies)
            .proxyAuthenticator(proxies)
            .addNetworkInterceptor(proxies)
            .dispatcher(new Dispatcher(executor))
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS))
            .socketFactory(new TunedSockets())
            .connectTimeout(connect == null ? CONNECT_TIMEOUT : connect)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .addInterceptor(new SpoiltAnswers())
            .eventListenerFactory(
                call -> {
                  EventListener listener = call.request().tag(EventListener.class);
                  return listener == null ? EventListener.NONE : listener;
                });
    if (!network.trusted().isEmpty()) {
      X509ExtendedTrustManager system = WorkerTrust.systemTrust(network.trusted());
      all.sslSocketFactory(sockets(system).getSocketFactory(), system);
    }
    OkHttpClient base = all.build();
    this.web =
        base.newBuilder()
            .addInterceptor(this::untilInterrupted)
            .readTimeout(read == null ? webTimeout : read)
            .writeTimeout(read == null ? webTimeout : read)
            .callTimeout(read == null || read.compareTo(webTimeout) < 0 ? webTimeout : read)
            .build();
    this.upload =
        base.newBuilder()
            .addInterceptor(this::untilInterrupted)
            .readTimeout(read == null ? Duration.ofMinutes(2) : read)
            .writeTimeout(Duration.ofMinutes(1))
            .protocols(List.of(Protocol.HTTP_1_1))
            .build();
    // The watch enforces time-outs; OkHttp's would cost two timers for each exchange.
    this.engine =
        withoutFastFallback(base.newBuilder())
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();
    // One exchange per connection: cancelling closes that exchange's connection and no other.
    this.worker =
        engine
            .newBuilder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .sslSocketFactory(sockets(trust).getSocketFactory(), trust)
            .build();
    this.workerOnce =
        worker.newBuilder().connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS)).build();
  }

  /** Cancels the exchange when its caller is interrupted: a blocked socket does not notice. */
  private Response untilInterrupted(Interceptor.Chain chain) throws IOException {
    Thread caller = Thread.currentThread();
    Watch.Watched interrupts =
        now -> {
          if (caller.isInterrupted()) {
            chain.call().cancel();
          }
        };
    watch.add(interrupts);
    try {
      return chain.proceed(chain.request());
    } catch (IOException e) {
      if (!caller.isInterrupted()) {
        throw e;
      }
      InterruptedIOException interrupted =
          new InterruptedIOException("the calling thread was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      watch.remove(interrupts);
    }
  }

  /** Trying two addresses at once takes a platform thread for each new connection. */
  private static OkHttpClient.Builder withoutFastFallback(OkHttpClient.Builder builder) {
    try {
      return builder.fastFallback(false);
    } catch (NoSuchMethodError e) {
      return builder; // OkHttp 4, which never does
    }
  }

  private static SSLContext sockets(TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException("TLS is missing on this JDK", e);
    }
  }

  private static String version() {
    String version = Transport.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  /** Returns the {@code User-Agent} of all requests. */
  public static String userAgent() {
    return USER_AGENT;
  }

  /** Returns the client for the web API: every exchange has a time-out. */
  public OkHttpClient web() {
    return web;
  }

  /** Returns the client for uploads: it only demands that bytes keep moving. */
  public OkHttpClient upload() {
    return upload;
  }

  /** Returns the client for routing: it has no time-outs, so {@link #watch} its exchanges. */
  public OkHttpClient engine() {
    return engine;
  }

  /** Returns the client for workers: as {@link #engine}, HTTP/1.1, trusts their certificates. */
  public OkHttpClient worker() {
    return worker;
  }

  /**
   * Returns the client for calls that must not run twice: as {@link #worker}, with a new connection
   * for each. When a reused one breaks before the answer, it is unknown whether the server had
   * closed it before or received the request.
   */
  public OkHttpClient workerOnce() {
    return workerOnce;
  }

  /** Returns the threads that run exchanges. */
  public ExecutorService executor() {
    return executor;
  }

  /** Returns the watch over exchanges in flight. */
  public Watch watch() {
    return watch;
  }

  /** Returns clock, timer and randomness. */
  public Timing timing() {
    return timing;
  }

  /**
   * Registers an action to run on close, when {@link #closed()} is true and timers still run.
   *
   * @param action must not block
   * @return removes the action
   */
  public Runnable whenClosed(Runnable action) {
    onClose.add(action);
    return () -> onClose.remove(action);
  }

  /** Whether {@link #close()} was called. */
  public boolean closed() {
    return closed;
  }

  /** Cancels exchanges in flight, closes idle connections and ends the threads. Idempotent. */
  @Override
  public void close() {
    closed = true;
    onClose.forEach(Runnable::run);
    web.dispatcher().cancelAll();
    executor.shutdown();
    web.connectionPool().evictAll();
    timing.close();
  }
}
