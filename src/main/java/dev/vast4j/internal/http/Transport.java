package dev.vast4j.internal.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * The HTTP clients and threads of one connection. All clients share threads and pooled connections;
 * they never repeat or redirect a request by themselves, since only the caller knows what may be
 * sent twice. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Idle connections end before a server's usual 60 or 75 seconds, so that few are found stale. */
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
   * Makes a transport. Starts no thread and sends nothing.
   *
   * @param timing its clock and timer, closed with it
   * @param platformThreads how many threads do HTTP where there are no virtual ones
   * @param webTimeout how long one exchange with the web API may take
   * @param trust trusts workers' certificates
   */
  public Transport(Timing timing, int platformThreads, Duration webTimeout, WorkerTrust trust) {
    this.timing = timing;
    this.watch = new Watch(timing);
    this.executor = HttpThreads.create(platformThreads);
    OkHttpClient base =
        new OkHttpClient.Builder()
            .dispatcher(new Dispatcher(executor))
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS))
            .socketFactory(new TunedSockets())
            .connectTimeout(CONNECT_TIMEOUT)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .eventListenerFactory(
                call -> {
                  EventListener listener = call.request().tag(EventListener.class);
                  return listener == null ? EventListener.NONE : listener;
                })
            .build();
    this.web =
        base.newBuilder()
            .readTimeout(webTimeout)
            .writeTimeout(webTimeout)
            .callTimeout(webTimeout)
            .build();
    this.upload =
        base.newBuilder()
            .readTimeout(Duration.ofMinutes(2))
            .writeTimeout(Duration.ofMinutes(1))
            .protocols(List.of(Protocol.HTTP_1_1))
            .build();
    // The watch times calls; OkHttp's own time-outs would cost two timers for every exchange.
    this.engine =
        withoutFastFallback(base.newBuilder())
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();
    // One connection is one exchange: what is cancelled is closed, and nothing else with it.
    this.worker =
        engine
            .newBuilder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .sslSocketFactory(sockets(trust).getSocketFactory(), trust)
            .build();
    this.workerOnce =
        worker.newBuilder().connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS)).build();
  }

  /** Trying two addresses at once takes a platform thread for each new connection. */
  private static OkHttpClient.Builder withoutFastFallback(OkHttpClient.Builder builder) {
    try {
      return builder.fastFallback(false);
    } catch (NoSuchMethodError e) {
      return builder; // OkHttp 4, which never does
    }
  }

  private static SSLContext sockets(WorkerTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  private static String version() {
    String version = Transport.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  /** What requests say they come from. */
  public static String userAgent() {
    return USER_AGENT;
  }

  /** For the web API: every exchange ends within its time-out. */
  public OkHttpClient web() {
    return web;
  }

  /** For the object store: no bound but that bytes keep moving. */
  public OkHttpClient upload() {
    return upload;
  }

  /** For routing: without time-outs, to be watched. */
  public OkHttpClient engine() {
    return engine;
  }

  /** For workers: without time-outs, to be watched; HTTP/1.1; trusts workers' certificates. */
  public OkHttpClient worker() {
    return worker;
  }

  /**
   * For calls that must not run twice: as {@link #worker()}, but each on a connection of its own.
   * On a reused one that breaks before the answer, nobody can tell whether the server had closed it
   * already or received the request.
   */
  public OkHttpClient workerOnce() {
    return workerOnce;
  }

  /** Runs exchanges. */
  public ExecutorService executor() {
    return executor;
  }

  /** Looks after exchanges in flight. */
  public Watch watch() {
    return watch;
  }

  /** Time and chance. */
  public Timing timing() {
    return timing;
  }

  /**
   * Has something done when this is closed, after {@link #closed()} says so and before timers end.
   *
   * @param action must not block
   * @return takes that back
   */
  public Runnable whenClosed(Runnable action) {
    onClose.add(action);
    return () -> onClose.remove(action);
  }

  /** Whether {@link #close()} was called. */
  public boolean closed() {
    return closed;
  }

  /** Cancels what is in flight, closes idle connections, ends the threads. Idempotent. */
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
