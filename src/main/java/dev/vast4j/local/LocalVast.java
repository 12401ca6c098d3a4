package dev.vast4j.local;

import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.internal.spi.Libraries;
import dev.vast4j.internal.spi.ServerThreads;
import dev.vast4j.local.page.Page;
import dev.vast4j.local.process.Home;
import dev.vast4j.local.process.HostSettings;
import dev.vast4j.local.process.ProcessHost;
import dev.vast4j.local.process.Template;
import dev.vast4j.local.process.Threads;
import dev.vast4j.local.process.Watchdog;
import dev.vast4j.local.store.ObjectStore;
import dev.vast4j.local.store.StoreHandler;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.OptionMap;
import org.xnio.XnioWorker;

/**
 * An embedded engine: web API, serverless engine and object store on one loopback port, with
 * workers as child processes. It speaks the service's protocol, so the same client and worker code
 * run against it as in the cloud.
 *
 * <pre>{@code
 * try (LocalVast local = LocalVast.start()) {
 *   // local.url(), local.apiKey()
 * }
 * }</pre>
 *
 * <p>When the engine ends, by {@link #close()}, with its program, or because its program is killed,
 * its workers end too and its temporary folder is deleted. Thread-safe.
 */
public final class LocalVast implements AutoCloseable {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static final String API_KEY_FILE = "api_key";
  private static final String PAGE_TOKEN_FILE = "page_token";
  private static final String PAGE_URL_FILE = "page_url";
  private static final long TICK_MILLIS = 100;

  // Not static: start() says first which libraries are missing, SLF4J perhaps.
  private final Logger log = LoggerFactory.getLogger(LocalVast.class);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Home home;
  private final ScheduledExecutorService timer;
  private final Watchdog watchdog;
  private final Forwarding forwarding;
  private final ProcessHost host;
  private final Engine engine;
  private final KeptState state;
  private final Page page;
  private final XnioWorker threads;
  private final Undertow server;
  private final String apiKey;
  private final String pageToken;
  private final URI url;
  private final Thread shutdownHook;
  private final Object clientLock = new Object();
  private @Nullable Vast client;

  private LocalVast(LocalOptions options) {
    // Closes what is open when a later step fails.
    Deque<Runnable> opened = new ArrayDeque<>();
    try {
      this.home = Home.open(options.folder());
      opened.push(home::close);
      this.timer = Executors.newScheduledThreadPool(2, Threads.daemon("vast4j-local"));
      opened.push(timer::shutdownNow);
      RouteSigner signer = new RouteSigner(timer);
      this.watchdog = Watchdog.start(home);
      opened.push(watchdog::close);
      this.apiKey = apiKey(options);
      ObjectStore store = new ObjectStore(home.store(), options.clock());
      this.forwarding = new Forwarding();
      opened.push(forwarding::close);
      Map<String, Template> templates = new HashMap<>();
      options.templates().forEach((hash, one) -> templates.put(hash, one.template()));
      ProcessHost[] made = new ProcessHost[1];
      ServerTemplates[] servers = new ServerTemplates[1];
      this.engine =
          new Engine(
              options,
              apiKey,
              store,
              reports -> {
                made[0] =
                    new ProcessHost(
                        home,
                        watchdog,
                        new HostSettings(
                            apiKey,
                            options.workerHeap(),
                            options.runSetup(),
                            templates,
                            options.clock()::millis,
                            options.debugPort(),
                            options.debugSuspend()),
                        reports);
                servers[0] =
                    new ServerTemplates(
                        templates, made[0], reports, signer, forwarding, timer, options.clock());
                return servers[0];
              },
              this::changed);
      this.host = made[0];
      this.state = new KeptState(home, timer, engine::toState);
      this.pageToken = kept(PAGE_TOKEN_FILE).orElseGet(() -> secret("page"));
      home.write(PAGE_TOKEN_FILE, pageToken.getBytes(StandardCharsets.UTF_8));
      this.page = new Page(new EnginePage(engine, host), pageToken, engine.access()::isAccount);
      this.threads = ServerThreads.start("vast4j-local-http", 2, 16, OptionMap.EMPTY);
      opened.push(threads::shutdownNow);
      this.server = server(options, store, signer, servers[0]);
      opened.push(server::stop);
      int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
      this.url = URI.create("http://127.0.0.1:" + port);
      home.write(
          PAGE_URL_FILE, (pageUrl() + "\n" + process() + "\n").getBytes(StandardCharsets.UTF_8));
      engine.listensAt(url);
      host.listensAt(url);
      servers[0].listensAt(url);
      state.restore(engine::restore);
      engine.deployments().deleteStrays();
    } catch (LocalEngineException e) {
      opened.forEach(Runnable::run);
      throw e;
    } catch (IOException | RuntimeException e) {
      opened.forEach(Runnable::run);
      throw new LocalEngineException("the engine cannot start: " + e.getMessage(), e);
    }
    this.shutdownHook = new Thread(this::close, "vast4j-local-shutdown");
    if (options.shutdownHook()) {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    }
    var unused =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    options.chaos().ifPresent(chaos -> chaos.start(timer, engine::killOne));
    log.info("the embedded engine listens at {}", url);
  }

  private Undertow server(
      LocalOptions options, ObjectStore store, RouteSigner signer, ServerTemplates servers) {
    EngineHandler routes = new EngineHandler(engine, signer);
    RequestRouter front =
        new RequestRouter(
            new WebApiHandler(
                engine,
                new MachineLogSnapshots(engine, host::log),
                new RateLimit(options.rateLimit(), options.clock())),
            routes,
            new OpenAiHandler(engine, routes, forwarding),
            servers,
            new StoreHandler(store, home.store(), engine.deployments()::uploaded),
            page,
            options.chaos().orElse(Chaos.NONE),
            timer);
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(options.port(), "127.0.0.1")
            .setWorker(threads)
            .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
            // Undertow's default of 2 MB would refuse bundles; an upload's policy limits it.
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .setServerOption(UndertowOptions.MULTIPART_MAX_ENTITY_SIZE, -1L)
            // Undertow's own date stands still once an engine of this process ends within a second.
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, false)
            .setHandler(
                exchange -> {
                  exchange
                      .getResponseHeaders()
                      .put(Headers.DATE, HTTP_DATE.format(options.clock().instant()));
                  front.handleRequest(exchange);
                })
            .build();
    try {
      undertow.start();
    } catch (RuntimeException e) {
      throw new LocalEngineException(
          "the engine cannot listen on port "
              + options.port()
              + ": "
              + (e.getCause() == null ? e : e.getCause()).getMessage()
              + "; choose another port",
          e);
    }
    return undertow;
  }

  private String apiKey(LocalOptions options) throws IOException {
    Optional<String> given = options.apiKey().or(() -> kept(API_KEY_FILE));
    String key = given.orElseGet(() -> secret("local"));
    home.write(API_KEY_FILE, key.getBytes(StandardCharsets.UTF_8));
    return key;
  }

  /** {@return this process's id and start, by which others see whether it still runs} */
  private static String process() {
    ProcessHandle self = ProcessHandle.current();
    return self.pid() + " " + self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String secret(String kind) {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return kind + "-" + HexFormat.of().formatHex(bytes);
  }

  /** {@return a secret that an earlier engine left in the folder} */
  private Optional<String> kept(String file) {
    try {
      return home.read(file).map(String::strip).filter(key -> !key.isEmpty());
    } catch (IOException e) {
      throw new LocalEngineException("cannot read the engine's folder", e);
    }
  }

  /**
   * Starts an engine with {@link LocalOptions#defaults()}. Takes a fraction of a second.
   *
   * @return the running engine; the caller closes it
   */
  public static LocalVast start() {
    return start(LocalOptions.defaults());
  }

  /**
   * Starts an engine. Takes a fraction of a second.
   *
   * @param options the options
   * @return the running engine; the caller closes it
   * @throws LocalEngineException when the port is taken or the folder cannot be used
   * @throws InvalidDeploymentException when a library is missing or too old
   */
  public static LocalVast start(LocalOptions options) {
    Libraries.check();
    return new LocalVast(options);
  }

  /**
   * Returns the URL of the web API and of the engine.
   *
   * @return such as {@code http://127.0.0.1:43210}, without a trailing slash
   */
  public URI url() {
    return url;
  }

  /**
   * Returns a connection to this engine, always the same one. It closes with the engine.
   *
   * @return the connection
   */
  public Vast client() {
    synchronized (clientLock) {
      if (client == null) {
        client =
            Vast.builder().apiKey(apiKey).webUrl(url.toString()).engineUrl(url.toString()).build();
      }
      return client;
    }
  }

  /**
   * Returns the account's API key on this engine. It is valid nowhere else.
   *
   * @return the key
   */
  public String apiKey() {
    return apiKey;
  }

  /**
   * Returns the file with the API key, for programs that read it.
   *
   * @return the file, in the engine's folder
   */
  public Path apiKeyFile() {
    return home.folder().resolve(API_KEY_FILE);
  }

  /**
   * Returns the URL of the page that shows deployments, calls and logs live. It contains a secret,
   * the page's token: whoever has it can read what the page shows, and change nothing. The page
   * turns it into a cookie at once.
   *
   * @return such as {@code http://127.0.0.1:43210/?token=page-…}
   */
  public URI pageUrl() {
    return URI.create(url + "/?token=" + pageToken);
  }

  /**
   * Returns the file with the page's URL in its first line, for programs that open it, such as
   * {@code vast4j open}. Only its owner can read it.
   *
   * @return the file, in the engine's folder
   */
  public Path pageUrlFile() {
    return home.folder().resolve(PAGE_URL_FILE);
  }

  /**
   * Returns the workers' output by worker id: the last 500 lines of each existing worker and of the
   * latest hundred removed ones.
   *
   * @return a copy
   */
  public SortedMap<Long, List<String>> workerLogs() {
    return host.logs();
  }

  private void changed() {
    state.changed();
  }

  private void tick() {
    try {
      engine.tick();
      page.tick();
    } catch (RuntimeException e) {
      log.error("the engine's timer failed", e);
    }
  }

  /** Ends the engine and all of its workers. Blocks until they are gone. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (clientLock) {
      if (client != null) {
        client.close();
      }
    }
    engine.close();
    timer.shutdownNow();
    host.close();
    page.close();
    forwarding.close();
    server.stop();
    threads.shutdownNow();
    state.save();
    home.close();
    watchdog.close();
    removeShutdownHook();
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The program is ending; the hook itself runs this.
      log.debug("closed by the shutdown hook");
    }
  }
}
