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
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One worker. Its only inputs are environment variables and a working directory, so several workers
 * can run in one process. Thread-safe.
 *
 * <p>It boots in the background: fetches the engine's public key, enters the contexts, runs the
 * benchmark, then accepts calls. If any of this fails, it reports the failure to the engine and
 * goes on reporting it.
 */
public final class Worker implements AutoCloseable {
  private static final Duration ENGINE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration SESSION_CHECK = Duration.ofSeconds(5);
  private static final Duration BATCH_REPORT = Duration.ofMinutes(1);

  /** Threads for blocking work other than functions. */
  private static final int BACKGROUND = 256;

  /** Why a worker whose heap stays full ends. No constant, which takes memory at its first use. */
  static final String OUT_OF_MEMORY =
      String.valueOf("out of memory for 10 s, something keeps the heap full");

  /** Exit status of a worker that must be replaced. */
  private static final int BROKEN = 1;

  private final WorkerConfig config;
  private final Path directory;
  private final ConsoleLog log;
  private final EngineHttp http = new EngineHttp(ENGINE_DEADLINE);
  private final OwnEngines engines = new OwnEngines();
  private final LoadMetrics metrics = new LoadMetrics(Instant.now(), System::nanoTime);
  private final RouteSignatures signatures;
  private final SessionTable sessions;
  private final MemoryReserve memory;
  private final CallService calls;
  private final FunctionThreads threads = new FunctionThreads();
  private final ExecutorService background = WorkerThreads.bounded("vast4j-work-", BACKGROUND);
  private final ScheduledExecutorService laneTimer =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "vast4j-lanes"));
  private final BatchMetrics batches;
  private final WorkerServer server;
  private final StatusReporter reporter;
  private final Thread housekeeping = daemon(this::keepHouse, "vast4j-sessions");
  private final Thread boot;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private volatile @Nullable EnteredContexts contexts;
  private volatile @Nullable Throwable failure;
  private volatile boolean exitedInBoot;
  private volatile int exitStatus;
  private volatile @Nullable Consumer<String> onBroken;

  private Worker(WorkerConfig config, Path directory, ServedVersion version, ConsoleLog log)
      throws IOException {
    this.config = config;
    this.directory = directory;
    this.log = log;
    SSLContext tls = config.tls() ? Tls.serverContext(config.certificate(), config.key()) : null;
    this.signatures = new RouteSignatures(config.unsecured());
    this.batches = new BatchMetrics(log);
    this.sessions = new SessionTable(metrics, http, background, log);
    this.memory = new MemoryReserve(MemoryReserve.ofProcess(), this::memoryExhausted);
    this.calls = new CallService(metrics, signatures, sessions, background, threads, memory, log);
    this.server =
        new WorkerServer(
            config,
            tls,
            new Routes(
                config,
                calls,
                new SessionRequests(sessions, metrics, signatures),
                background,
                version,
                memory,
                log),
            memory,
            this::serverDied,
            log);
    String url = config.url(server.port());
    if (config.ownUrlOnly()) {
      signatures.only(url);
    }
    this.reporter = new StatusReporter(config, url, version, metrics, http, engines, memory, log);
    this.boot = daemon(this::boot, "vast4j-boot");
  }

  /**
   * Binds the worker's ports and starts to boot; returns before the worker is ready.
   *
   * @param environment the variables, as in a process's environment
   * @param directory the working directory, with the extracted bundle
   * @return the running worker
   * @throws IllegalArgumentException if a variable is missing or malformed
   * @throws IOException if a port cannot be bound, or TLS is on and its files are invalid
   */
  public static Worker start(Map<String, String> environment, Path directory) throws IOException {
    ConsoleLog log = new ConsoleLog();
    WorkerConfig config = WorkerConfig.from(environment);
    Worker worker =
        new Worker(config, directory, ServedVersion.read(environment, directory, log), log);
    worker.reporter.start();
    worker.housekeeping.start();
    worker.boot.start();
    return worker;
  }

  /** {@return the bound port that answers calls} */
  public int port() {
    return server.port();
  }

  /** {@return the bound port that answers only {@code /session/end}, without TLS} */
  public int httpPort() {
    return server.httpPort();
  }

  /**
   * Returns a future that completes when the worker accepts calls, exceptionally if it fails to
   * boot.
   *
   * @return a new future for each call; cancelling it changes nothing
   */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /**
   * Makes this worker's contexts available to all threads of the process, not only to those that
   * functions start. For processes with one worker only.
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
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops accepting calls, finishes those that run, exits the contexts and reports a last time.
   * Blocks until all of it is done, at most for the grace period for calls and again for contexts.
   * If called again, waits for the first close.
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

  /**
   * Closes the worker from a shutdown hook. If the deployment's code called {@code System.exit},
   * answers its call first and does not wait for it: it waits for this.
   */
  void closeOnExit() {
    ExitCaller caller = ExitCaller.find(calls.runners());
    if (caller != null) {
      log.warn(
          "the deployment's code called System.exit, which ends this worker: " + caller.location());
      if (!ready.isDone()) {
        exitedInBoot = true;
        reporter.errored(
            "The deployment's code called System.exit while the worker started: "
                + caller.location());
      }
      calls.refuse();
      calls.exited(caller);
    }
    close();
  }

  private void shutDown() {
    log.info("the worker shuts down; requests in work: " + metrics.inWork());
    calls.refuse();
    server.stopListening();
    boot.interrupt();
    housekeeping.interrupt();
    try {
      boot.join(exitedInBoot ? 1 : config.grace().toMillis() + 1);
      if (!calls.awaitIdle(config.grace())) {
        log.warn("cancelled the calls that did not end in time: " + calls.cancelAll());
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
    background.shutdownNow();
    laneTimer.shutdownNow();
    batches.report();
    reporter.close();
    server.close();
    http.close();
    memory.close();
  }

  /** A thread and not a schedule, which a lack of memory would end without a word. */
  private void keepHouse() {
    long reportedAt = System.nanoTime();
    while (!closing.get()) {
      try {
        if (closed.await(SESSION_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        checkSessions();
        if (System.nanoTime() - reportedAt >= BATCH_REPORT.toNanos()) {
          reportedAt = System.nanoTime();
          batches.report();
        }
      } catch (InterruptedException e) {
        // Only close() interrupts.
        return;
      } catch (RuntimeException | Error e) {
        memory.check(e);
        try {
          log.error("cannot check the sessions", e);
        } catch (OutOfMemoryError again) {
          memory.check(again);
        }
      }
    }
  }

  private void checkSessions() {
    sessions.closeExpired();
    String stuck = calls.stuck(config.stuckLimit());
    if (stuck != null && !closing.get()) {
      exitStatus = BROKEN;
      log.warn("this worker ends, to be replaced: " + stuck);
      calls.refuse();
      reporter.errored(stuck);
      calls.refuseWaiting();
      daemon(this::close, "vast4j-stuck").start();
    }
  }

  /** {@return the status for the process to exit with: 0 unless the worker must be replaced} */
  int exitStatus() {
    return exitStatus;
  }

  /**
   * Sets what to do when the process has to start anew, since memory stays exhausted or a thread of
   * the server died; the worker only reports it otherwise.
   *
   * @param action accepts the reason
   */
  void onBroken(Consumer<String> action) {
    onBroken = action;
  }

  /** Notes the failure of any thread. */
  void failedThread(Throwable failure) {
    memory.check(failure);
  }

  private void memoryExhausted() {
    broken(OUT_OF_MEMORY);
  }

  /** Its loop is the server's own, so nothing here can take its place. */
  private void serverDied(Throwable failure) {
    memory.check(failure);
    try {
      broken("a thread of the server died: " + failure);
    } catch (OutOfMemoryError e) {
      broken(OUT_OF_MEMORY);
    }
  }

  private void broken(String reason) {
    Consumer<String> action = onBroken;
    if (action != null) {
      action.accept(reason);
    } else {
      reporter.errored("The worker is broken: " + reason);
    }
  }

  private void boot() {
    try {
      CompletableFuture<Void> key = fetchKey();
      DeployedProgram program = DeployedProgram.load(directory);
      EnteredContexts entered = program.enter(config.grace(), log);
      contexts = entered;
      Serving serving = program.serve(entered.values(), log);
      Lanes lanes = new Lanes(serving, threads, LaneTimer.on(laneTimer), memory, batches);
      double score =
          entered
              .values()
              .call(() -> measure(DeployedProgram.benchmarked(serving), serving, lanes));
      key.get();
      calls.open(serving, lanes);
      reporter.ready(score);
      ready.complete(null);
      log.info(
          "ready on port "
              + port()
              + ", serving "
              + String.join(", ", new TreeSet<>(serving.functions().keySet())));
    } catch (InterruptedException e) {
      // Only close() interrupts; it tears down what is there by now.
      ready.completeExceptionally(e);
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // The deployment's classes may throw errors too, which the engine needs to know.
      failed(e instanceof ExecutionException ? Causes.unwrap(e) : e);
    }
  }

  private double measure(ServedFunction function, Serving serving, Lanes lanes)
      throws BenchmarkRunner.BenchmarkFailedException, InterruptedException {
    return new BenchmarkRunner(
            serving.codec(),
            threads,
            lanes,
            serving.contexts(),
            System::nanoTime,
            bound -> ThreadLocalRandom.current().nextInt(bound),
            log)
        .score(function, directory);
  }

  private void failed(Throwable e) {
    failure = e;
    log.error("the worker failed to start", e);
    String message =
        e instanceof EnteredContexts.ContextFailedException
                || e instanceof BenchmarkRunner.BenchmarkFailedException
            ? String.valueOf(e.getMessage())
            : Causes.describe(e);
    reporter.errored("Lifecycle startup failed: " + message);
    ready.completeExceptionally(e);
  }

  private CompletableFuture<Void> fetchKey() {
    CompletableFuture<Void> fetched = new CompletableFuture<>();
    if (config.unsecured()) {
      log.warn("UNSECURED is set: anybody who can reach the port may call");
      fetched.complete(null);
      return fetched;
    }
    AtomicBoolean failing = new AtomicBoolean();
    PublicKeyFetch fetch =
        new PublicKeyFetch(
            config.reportAddresses(),
            http,
            engines,
            time -> {
              if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS) || closing.get()) {
                throw new InterruptedException("the worker shuts down");
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
                  reporter.recovered();
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
