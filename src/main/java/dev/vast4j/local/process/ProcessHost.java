package dev.vast4j.local.process;

import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.launcher.UserAgent;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each worker as a child process in its own folder. Boots it like the service's instances do:
 * download, unpack, environment, setup, start. The start is a twin of the bundle's start script,
 * {@code internal/bundle/deployment.py}: whoever changes one changes the other. Thread-safe; each
 * running worker has a thread.
 */
public final class ProcessHost implements WorkerHost, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessHost.class);

  /** Signals sent from outside: SIGHUP, SIGINT, SIGKILL and SIGTERM. */
  private static final Set<Integer> FROM_OUTSIDE = Set.of(1, 2, 9, 15);

  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private final Home home;
  private final HostSettings settings;
  private final DebugPorts debugPorts;
  private final Listener listener;
  private final Watchdog watchdog;
  private final ProcessLogs logs;
  private final PythonWorkers python = new PythonWorkers();
  private final ConcurrentMap<Long, WorkerLife> lives = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Threads.daemon("vast4j-local-worker"));
  private volatile URI url = URI.create("http://127.0.0.1");

  /** Creates a host that runs no worker yet. */
  public ProcessHost(Home home, Watchdog watchdog, HostSettings settings, Listener listener) {
    this.home = home;
    this.settings = settings;
    this.debugPorts = new DebugPorts(settings.debugPort(), settings.debugSuspend());
    this.watchdog = watchdog;
    this.listener = listener;
    this.logs =
        new ProcessLogs(
            home.logs(),
            new Redaction(settings.apiKey()),
            new LineNumbers(settings.millis()),
            listener::output);
  }

  public void listensAt(URI url) {
    this.url = url;
  }

  static String java() {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    Path exe = bin.resolve("java.exe");
    return (Files.exists(exe) ? exe : bin.resolve("java")).toString();
  }

  /** {@return the last lines of a worker's log; empty when the worker is unknown} */
  public List<String> log(long worker) {
    return logs.lines(worker);
  }

  /**
   * A line that a worker printed.
   *
   * @param number its number among the lines of all workers
   * @param millis when it was printed, in milliseconds since 1970
   * @param text the line
   */
  public record Line(long number, long millis, String text) {}

  /** {@return the lines of a worker with a number above this; empty when it is unknown} */
  public List<Line> log(long worker, long after) {
    return logs.after(worker, after);
  }

  /** {@return the last lines of each worker's log} */
  public SortedMap<Long, List<String>> logs() {
    return logs.lines();
  }

  private WorkerFolder folder(long worker) {
    return new WorkerFolder(home.workers(), worker);
  }

  // -- boot -----------------------------------------------------------------------------------

  @Override
  public void boot(Boot boot) {
    WorkerLife life = new WorkerLife(boot, watchdog);
    lives.put(boot.worker(), life);
    threads.execute(() -> live(life));
  }

  private void live(WorkerLife life) {
    Boot boot = life.boot();
    ProcessLog log = logs.of(boot.worker());
    WorkerFolder folder = folder(boot.worker());
    String ending = "was interrupted";
    try {
      if (boot.template() == null) {
        reached(boot, Stage.UNPACKING);
        folder.prepare(boot, url, log);
        reached(boot, Stage.UNPACKED);
        ending = serve(life, folder, log);
      } else {
        ending = serve(life, boot.template(), folder, log);
      }
    } catch (IOException | LocalEngineException e) {
      log.add("boot failed: " + e.getMessage());
      ending = "could not boot: " + e.getMessage();
    } catch (RuntimeException | Error e) {
      // Whatever is wrong with a bundle or this process, the engine must hear about the end.
      LOG.warn("worker {} could not boot", boot.worker(), e);
      log.add("boot failed: " + e);
      ending = "could not boot: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        Reaper.killStrays(folder.path());
        log.close();
      } finally {
        lives.remove(boot.worker(), life);
        listener.ended(boot.worker(), boot.incarnation(), ending);
      }
    }
  }

  private void reached(Boot boot, Stage stage) {
    listener.reached(boot.worker(), boot.incarnation(), stage);
  }

  /** Starts the bundle's program and waits for its end. */
  private String serve(WorkerLife life, WorkerFolder folder, ProcessLog log)
      throws IOException, InterruptedException {
    Boot boot = life.boot();
    var config = folder.config();
    ProcessBuilder builder = new ProcessBuilder();
    builder.directory(folder.path().toFile()).redirectErrorStream(true);
    WorkerEnvironment.fill(builder.environment(), boot.environment(), config, folder.path());
    new Setup(config, folder.path(), builder.environment(), log, life).run(settings.runSetup());
    log.processStarts();
    if (folder.isJava()) {
      builder.environment().put("WORKER_PORT", "0");
      if (NamedFiles.missing(folder.path())) {
        int code = life.run(fetching(builder), log::pump, process -> reached(boot, Stage.FETCHING));
        if (code != 0) {
          return ending(life, code, log);
        }
      }
      builder.command(java());
      settings.heap().ifPresent(heap -> builder.command().add("-Xmx" + heap));
      if (debugPorts.enabled()) {
        return serveDebugged(builder, life, log);
      }
      builder.command().add("@vast4j/java.args");
    } else {
      python.prepare(builder, home.folder(), life);
    }
    int code = life.run(builder, log::pump, process -> reached(boot, Stage.RUNNING));
    return ending(life, code, log);
  }

  /** Fetches as this process's user does, by Maven's settings in the same home. */
  private static ProcessBuilder fetching(ProcessBuilder worker) {
    ProcessBuilder builder =
        new ProcessBuilder(
            java(), "-Duser.home=" + System.getProperty("user.home", ""), "@vast4j/fetch.args");
    builder.directory(worker.directory()).redirectErrorStream(true);
    WorkerEnvironment.fillForFetching(builder.environment(), worker.environment());
    return builder;
  }

  /** Starts a template's program and waits for its end. */
  private String serve(WorkerLife life, String hash, WorkerFolder folder, ProcessLog log)
      throws IOException, InterruptedException {
    Template template = settings.templates().get(hash);
    if (template == null) {
      throw new LocalEngineException("this engine does not know template " + hash, null);
    }
    Files.createDirectories(folder.path());
    ProcessBuilder builder = new ProcessBuilder(template.command());
    builder.directory(folder.path().toFile()).redirectErrorStream(true);
    WorkerEnvironment.fill(
        builder.environment(), life.boot().environment(), ServiceJson.object(), folder.path());
    builder.environment().putAll(template.variables());
    PythonWorkers.choosePorts(builder.environment());
    log.processStarts();
    int code = life.run(builder, log::pump, process -> reached(life.boot(), Stage.RUNNING));
    return ending(life, code, log);
  }

  private String serveDebugged(ProcessBuilder builder, WorkerLife life, ProcessLog log)
      throws IOException, InterruptedException {
    Boot boot = life.boot();
    int port = debugPorts.take();
    try {
      builder.command().add(debugPorts.argument(port));
      builder.command().add("@vast4j/java.args");
      log.add(debugPorts.notice(port));
      LOG.info("worker {} {}", boot.worker(), debugPorts.notice(port));
      return ending(
          life, life.run(builder, log::pump, process -> reached(boot, Stage.RUNNING)), log);
    } finally {
      debugPorts.release(port);
    }
  }

  private static String ending(WorkerLife life, int code, ProcessLog log) {
    if (code < 0 && life.isEnding()) {
      return "ended before it started";
    }
    int signal = code > 128 && code < 160 ? code - 128 : 0;
    String how = signal > 0 ? "was killed by signal " + signal : "ended with exit code " + code;
    List<String> last = log.lastPrinted();
    // A process killed from outside printed nothing about it; one that aborted may have.
    return code == 0 || FROM_OUTSIDE.contains(signal) || last.isEmpty()
        ? how
        : how + ": " + headline(last) + String.join("\n", last);
  }

  /** Texts are shown by their first line, but Python says what was raised in the last one. */
  private static String headline(List<String> printed) {
    boolean traceback = printed.stream().anyMatch(line -> line.startsWith("  File \""));
    return traceback ? printed.get(printed.size() - 1).strip() + "\n" : "";
  }

  // -- end ------------------------------------------------------------------------------------

  @Override
  public boolean debugged() {
    return debugPorts.enabled();
  }

  @Override
  public void end(long worker, boolean force) {
    WorkerLife life = lives.get(worker);
    if (life != null) {
      threads.execute(() -> life.end(force));
    }
  }

  @Override
  public void kill(long worker) {
    WorkerLife life = lives.get(worker);
    if (life != null) {
      threads.execute(life::kill);
    }
  }

  @Override
  public void update(long worker, String workerUrl, String mtoken) {
    WorkerLife life = lives.get(worker);
    if (life != null) {
      threads.execute(
          () -> {
            if (folder(worker).isJava()) {
              requestUpdate(worker, workerUrl, mtoken);
            }
            life.end(false);
          });
    }
  }

  /**
   * Announces the update as the service's engine does. Only Java workers are asked: the reference's
   * Python worker would write a file to the root of this machine's disk.
   */
  private static void requestUpdate(long worker, String workerUrl, String mtoken) {
    try {
      HttpURLConnection connection =
          UserAgent.on(
              (HttpURLConnection)
                  URI.create(workerUrl + "/pyworker/update").toURL().openConnection());
      connection.setConnectTimeout(5_000);
      connection.setReadTimeout(5_000);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Authorization", "Bearer " + mtoken);
      connection.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
      int code = connection.getResponseCode();
      LOG.debug("worker {} answered the update request with {}", worker, code);
    } catch (IOException | IllegalArgumentException e) {
      // It ends next, whatever it answers.
      LOG.debug("worker {} did not take the update request: {}", worker, e.toString());
    }
  }

  @Override
  public void delete(long worker) {
    threads.execute(
        () -> {
          folder(worker).delete();
          logs.gone(worker).forEach(ProcessLog::delete);
        });
  }

  /** Ends all workers and waits for them. */
  @Override
  public void close() {
    List<WorkerLife> all = List.copyOf(lives.values());
    all.forEach(WorkerLife::askToEnd);
    long deadline = System.nanoTime() + GRACE_NANOS;
    try {
      for (WorkerLife life : all) {
        life.await(deadline - System.nanoTime());
        life.end(true);
      }
      threads.shutdown();
      threads.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      all.forEach(life -> life.end(true));
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
