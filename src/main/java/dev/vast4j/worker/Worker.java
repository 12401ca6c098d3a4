package dev.vast4j.worker;

import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One worker. All of its input is a map of environment variables and the folder its bundle was
 * extracted in, so several can live in one process. Thread-safe.
 *
 * <p>It boots in the background: fetches the engine's public key, enters the contexts, measures
 * itself, then takes calls. Whatever fails on the way is reported to the engine, and the worker
 * stays up reporting it.
 */
public final class Worker implements AutoCloseable {
  private static final Duration ENGINE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration SESSION_CHECK = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final Path directory;
  private final WorkerLog log;
  private final EngineHttp http = new EngineHttp(ENGINE_DEADLINE);
  private final LoadMetrics metrics = new LoadMetrics(Instant.now(), System::nanoTime);
  private final RouteSignatures signatures;
  private final Sessions sessions;
  private final CallService calls;
  private final ExecutorService threads;
  private final WorkerServer server;
  private final StatusReporter reporter;
  private final ScheduledExecutorService housekeeping;
  private final Thread boot;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private volatile @Nullable EnteredContexts contexts;
  private volatile @Nullable Throwable failure;

  private Worker(WorkerConfig config, Path directory, WorkerLog log) throws IOException {
    this.config = config;
    this.directory = directory;
    this.log = log;
    SSLContext tls = config.tls() ? Tls.serverContext(config.certificate(), config.key()) : null;
    this.signatures = new RouteSignatures(config.unsecured());
    this.threads = CallThreads.create();
    this.sessions = new Sessions(metrics, http, threads, log);
    this.calls = new CallService(metrics, signatures, sessions, threads, log);
    this.server =
        new WorkerServer(
            config,
            tls,
            new Routes(
                config,
                calls,
                new SessionRequests(sessions, metrics, signatures),
                threads,
                this::update,
                log),
            log);
    String url = config.url(server.port());
    if (config.ownUrlOnly()) {
      signatures.only(url);
    }
    this.reporter = new StatusReporter(config, url, metrics, http, log);
    this.housekeeping =
        Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "vast4j-sessions"));
    this.boot = daemon(this::boot, "vast4j-boot");
  }

  /**
   * Binds the worker's ports and begins to boot; returns before it is ready.
   *
   * @param environment the variables, as a process's environment
   * @param directory the folder of the extracted bundle, with {@code vast4j/manifest.json}
   * @return the running worker
   * @throws IllegalArgumentException when a variable is missing or malformed
   * @throws IOException when a port cannot be bound, or TLS is asked for and its files are no good
   */
  public static Worker start(Map<String, String> environment, Path directory) throws IOException {
    Worker worker = new Worker(WorkerConfig.from(environment), directory, WorkerLog.create());
    worker.reporter.start();
    // Runs until the schedule is shut down; the task itself never fails.
    var unused =
        worker.housekeeping.scheduleWithFixedDelay(
            worker::checkSessions,
            SESSION_CHECK.toMillis(),
            SESSION_CHECK.toMillis(),
            TimeUnit.MILLISECONDS);
    worker.boot.start();
    return worker;
  }

  /**
   * The port that answers calls.
   *
   * @return the bound port
   */
  public int port() {
    return server.port();
  }

  /**
   * The port that answers {@code /session/end} only, without TLS.
   *
   * @return the bound port
   */
  public int httpPort() {
    return server.httpPort();
  }

  /**
   * Completes when the worker takes calls, exceptionally when it failed to boot.
   *
   * @return a future of its own for each call; cancelling it changes nothing
   */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /**
   * Makes this worker's contexts those of the whole process, for threads that functions use but did
   * not start. Only for a process that is this worker.
   */
  void installContexts() {
    EnteredContexts entered = contexts;
    if (entered != null) {
      ContextValues.install(entered.values());
    }
  }

  /**
   * Blocks until the worker is closed.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops accepting, finishes what runs, leaves the contexts, reports a last time. Blocks for all
   * of that, within the grace period for calls and once more for contexts. Called again, waits for
   * the first call to be done.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    try {
      shutDown();
    } finally {
      closed.countDown();
    }
  }

  private void shutDown() {
    log.info("the worker ends; " + metrics.inWork() + " requests are in work");
    calls.refuse();
    server.stopListening();
    boot.interrupt();
    housekeeping.shutdownNow();
    try {
      boot.join(config.grace().toMillis() + 1);
      if (!calls.awaitIdle(config.grace())) {
        log.warn(calls.cancelAll() + " calls did not end in time and are cancelled");
      }
    } catch (InterruptedException e) {
      calls.cancelAll();
      Thread.currentThread().interrupt();
    }
    sessions.closeAll(config.grace());
    EnteredContexts entered = contexts;
    if (entered != null) {
      entered.exit(failure, config.grace());
    }
    calls.close();
    reporter.close();
    server.close();
    http.close();
  }

  /** The engine asked for an update: the supervisor starts anew once this process has ended. */
  private void update() {
    daemon(this::close, "vast4j-update").start();
  }

  private void checkSessions() {
    try {
      sessions.closeExpired();
    } catch (RuntimeException e) {
      // Thrown further it would end the schedule.
      log.error("sessions cannot be checked", e);
    }
  }

  private void boot() {
    try {
      CompletableFuture<Void> key = fetchKey();
      DeployedProgram program = DeployedProgram.load(directory);
      EnteredContexts entered = program.enter(config.grace(), log);
      contexts = entered;
      CallService.Serving serving = program.serve(entered.values(), log);
      double score =
          entered.values().call(() -> measure(DeployedProgram.benchmarked(serving), serving));
      key.get();
      calls.open(serving);
      reporter.ready(score);
      ready.complete(null);
      log.info(
          "ready on port "
              + port()
              + ", serving "
              + String.join(", ", new TreeSet<>(serving.functions().keySet())));
    } catch (InterruptedException e) {
      // Only closing interrupts; it tears down what is there by now.
      ready.completeExceptionally(e);
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // Whatever the deployment's classes throw, errors included, the engine is to know of it.
      failed(e instanceof ExecutionException ? Failures.unwrapFuture(e) : e);
    }
  }

  private double measure(ServedFunction function, CallService.Serving serving)
      throws BenchmarkRunner.BenchmarkFailedException, InterruptedException {
    return new BenchmarkRunner(
            serving.codec(),
            threads,
            serving.contexts(),
            System::nanoTime,
            bound -> ThreadLocalRandom.current().nextInt(bound),
            log)
        .score(function, directory);
  }

  private void failed(Throwable e) {
    failure = e;
    log.error("the worker cannot start", e);
    String message =
        e instanceof EnteredContexts.ContextFailedException
                || e instanceof BenchmarkRunner.BenchmarkFailedException
            ? String.valueOf(e.getMessage())
            : Failures.describe(e);
    reporter.errored("Lifecycle startup failed: " + message);
    ready.completeExceptionally(e);
  }

  private CompletableFuture<Void> fetchKey() {
    CompletableFuture<Void> fetched = new CompletableFuture<>();
    if (config.unsecured()) {
      log.warn("UNSECURED is set: anybody who reaches the port may call");
      fetched.complete(null);
      return fetched;
    }
    AtomicBoolean failing = new AtomicBoolean();
    PublicKeyFetch fetch =
        new PublicKeyFetch(
            config.reportAddresses(),
            http,
            time -> {
              if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS) || closing.get()) {
                throw new InterruptedException("the worker ends");
              }
            },
            log);
    daemon(
            () -> {
              try {
                RSAPublicKey key =
                    fetch.await(
                        () -> {
                          failing.set(true);
                          reporter.errored(
                              "Failed to get Serverless public key after all retry attempts");
                        });
                signatures.key(key);
                if (failing.get()) {
                  reporter.mended();
                }
                fetched.complete(null);
              } catch (InterruptedException | RuntimeException e) {
                fetched.completeExceptionally(e);
              }
            },
            "vast4j-pubkey")
        .start();
    return fetched;
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }
}
