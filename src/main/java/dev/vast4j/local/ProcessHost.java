package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each worker as a child process in a folder of its own, booted as the real start script does
 * it: download address, download, unpack, environment, start.
 *
 * <p>A worker sees few of this process's environment variables (those in {@link #PASSED_ON}), so
 * that secrets of a developer's shell do not reach it; then the protocol's, then the bundle's.
 */
final class ProcessHost implements WorkerHost, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessHost.class);
  private static final long POLITE_MILLIS = 3000;
  private static final int KEPT_LOGS = 100;

  static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "TZ",
          "TMPDIR",
          "TEMP",
          "TMP",
          "JAVA_HOME",
          "PYTHONPATH",
          "VIRTUAL_ENV",
          "LD_LIBRARY_PATH",
          "CUDA_VISIBLE_DEVICES",
          "VAST4J_REPOSITORIES",
          "VAST4J_LOCAL_REPOSITORY",
          "SystemRoot",
          "SYSTEMROOT",
          "WINDIR",
          "COMSPEC",
          "PATHEXT",
          "APPDATA",
          "LOCALAPPDATA",
          "USERPROFILE");

  /** One life of a worker, from boot to end. */
  private static final class Life {
    final Boot boot;
    volatile @Nullable Process process;
    volatile boolean endRequested;

    Life(Boot boot) {
      this.boot = boot;
    }
  }

  private final Home home;
  private final LocalOptions options;
  private final Listener listener;
  private final Watchdog watchdog;
  private final Redaction redaction;
  private final PythonWorkers python = new PythonWorkers();
  private final ConcurrentMap<Long, Life> lives = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Long, WorkerLog> logs = new ConcurrentSkipListMap<>();
  private final ExecutorService threads;
  private volatile URI url = URI.create("http://127.0.0.1");
  private volatile boolean closed;

  ProcessHost(
      Home home, LocalOptions options, Watchdog watchdog, Redaction redaction, Listener listener) {
    this.home = home;
    this.options = options;
    this.watchdog = watchdog;
    this.redaction = redaction;
    this.listener = listener;
    this.threads = Executors.newCachedThreadPool(Threads.daemon("vast4j-local-worker"));
  }

  void listensAt(URI url) {
    this.url = url;
  }

  static String java() {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    Path exe = bin.resolve("java.exe");
    return (Files.exists(exe) ? exe : bin.resolve("java")).toString();
  }

  // -- boot -----------------------------------------------------------------------------------

  @Override
  public void boot(Boot boot) {
    Life life = new Life(boot);
    lives.put(boot.worker(), life);
    threads.execute(() -> run(life));
  }

  private void run(Life life) {
    Boot boot = life.boot;
    WorkerLog log =
        logs.computeIfAbsent(
            boot.worker(),
            id ->
                new WorkerLog(
                    home.folder().resolve("logs").resolve("worker-" + id + ".log"),
                    redaction,
                    line -> listener.output(id, line)));
    String ending;
    try {
      Files.createDirectories(home.folder().resolve("logs"));
      reached(boot, Stage.UNPACKING);
      Path folder = prepare(boot, log);
      reached(boot, Stage.UNPACKED);
      ending = life.endRequested ? "ended before it started" : serve(life, folder, log);
    } catch (IOException | LocalEngineException e) {
      log.add("boot failed: " + e.getMessage());
      ending = "could not boot: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ending = "was interrupted";
    }
    lives.remove(boot.worker(), life);
    log.close();
    listener.ended(boot.worker(), boot.incarnation(), ending);
  }

  private void reached(Boot boot, Stage stage) {
    listener.reached(boot.worker(), boot.incarnation(), stage);
  }

  /** Brings the version's files into the worker's folder, if they are not there yet. */
  private Path prepare(Boot boot, WorkerLog log) throws IOException {
    Path folder = folder(boot.worker());
    Path marker = marker(boot.worker());
    if (boot.fresh()) {
      Home.deleteQuietly(folder);
      Files.deleteIfExists(marker);
    }
    String wanted = String.valueOf(boot.version());
    if (Files.exists(marker) && Files.readString(marker).equals(wanted)) {
      return folder;
    }
    Files.createDirectories(folder);
    log.add("downloading the bundle of deployment " + boot.deployment());
    Path tarball = Files.createTempFile(home.workers(), "bundle", ".tar.gz");
    try {
      download(downloadUrl(boot), tarball);
      new BundleExtractor(folder, warning -> log.add("WARN " + warning)).extract(tarball);
    } finally {
      Files.deleteIfExists(tarball);
    }
    Files.writeString(marker, wanted);
    return folder;
  }

  private URI downloadUrl(Boot boot) throws IOException {
    URI address = url.resolve("/api/v0/deployment/" + boot.deployment() + "/download_url/");
    HttpURLConnection connection = open(address);
    connection.setRequestProperty("Authorization", "Bearer " + boot.instanceKey());
    try (InputStream in = answer(connection)) {
      JsonNode body = Json.MAPPER.readTree(in);
      return new URI(body.path("download_url").asText());
    } catch (URISyntaxException e) {
      throw new IOException("the download address is no address", e);
    }
  }

  private static void download(URI address, Path file) throws IOException {
    try (InputStream in = answer(open(address))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static HttpURLConnection open(URI address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(60_000);
    return connection;
  }

  private static InputStream answer(HttpURLConnection connection) throws IOException {
    if (connection.getResponseCode() != 200) {
      throw new IOException("the download was answered with " + connection.getResponseCode());
    }
    return connection.getInputStream();
  }

  // -- process --------------------------------------------------------------------------------

  /** Starts what the bundle holds and stays until it has ended. */
  private String serve(Life life, Path folder, WorkerLog log)
      throws IOException, InterruptedException {
    Boot boot = life.boot;
    ObjectNode config = config(folder);
    ProcessBuilder builder = new ProcessBuilder();
    builder.directory(folder.toFile()).redirectErrorStream(true);
    environment(builder.environment(), boot, config);
    Setup setup = new Setup(config, folder, builder.environment(), log);
    setup.run(options.runSetup());
    log.processStarts();
    if (Files.exists(folder.resolve("vast4j/java.args"))) {
      builder.environment().put("WORKER_PORT", "0");
      if (NamedFiles.missing(folder)) {
        builder.command(java(), "@vast4j/fetch.args");
        int code = run(life, builder, log, () -> reached(boot, Stage.FETCHING));
        if (code != 0 || life.endRequested) {
          return ending(code, log);
        }
      }
      builder.command(java());
      options.workerHeap().ifPresent(heap -> builder.command().add("-Xmx" + heap));
      builder.command().add("@vast4j/java.args");
    } else {
      python.prepare(builder, home.folder());
    }
    int code = run(life, builder, log, () -> reached(boot, Stage.RUNNING));
    return ending(code, log);
  }

  /** Starts one process, says so, and stays until it has ended. */
  private int run(Life life, ProcessBuilder builder, WorkerLog log, Runnable started)
      throws IOException, InterruptedException {
    Process process = builder.start();
    watchdog.watch(process);
    life.process = process;
    Thread pump =
        Threads.daemon("vast4j-local-log-" + life.boot.worker())
            .newThread(() -> log.pump(process.getInputStream()));
    pump.start();
    started.run();
    if (life.endRequested || closed) {
      process.destroyForcibly();
    }
    int code = process.waitFor();
    watchdog.forget(process);
    // What it printed last tells why. A child of its own may hold the output open, so not for long.
    pump.join(100);
    return code;
  }

  private static ObjectNode config(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      throw new IOException("the bundle has no config.json");
    }
    if (Json.MAPPER.readTree(file.toFile()) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("config.json of the bundle is no JSON object");
  }

  private void environment(Map<String, String> environment, Boot boot, ObjectNode config) {
    environment.keySet().retainAll(PASSED_ON);
    for (JsonNode pair : config.path("envs")) {
      environment.put(pair.path(0).asText(), pair.path(1).asText());
    }
    environment.putAll(boot.environment());
    environment.put("VAST4J_WATCH_STDIN", "true");
    // As with bundles: what is to go to an absolute place stays inside the worker's folder.
    environment.put("VAST4J_ROOT", folder(boot.worker()).toString());
    environment.put(
        "VAST4J_FORCE_UPDATE_FILE", folder(boot.worker()).resolve(".force_update").toString());
    if (!environment.containsKey("VAST4J_LOCAL_REPOSITORY")) {
      Path repository =
          Path.of(
              System.getProperty(
                  "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
      if (Files.isDirectory(repository)) {
        environment.put("VAST4J_LOCAL_REPOSITORY", repository.toString());
      }
    }
  }

  private static String ending(int code, WorkerLog log) {
    String how =
        code > 128 && code < 160
            ? "was killed by signal " + (code - 128)
            : "ended with exit code " + code;
    List<String> last = log.lastPrinted();
    return code == 0 || code > 128 || last.isEmpty() ? how : how + ": " + String.join("\n", last);
  }

  // -- end ------------------------------------------------------------------------------------

  @Override
  public void end(long worker, boolean force) {
    Life life = lives.get(worker);
    if (life != null) {
      life.endRequested = true;
      Process process = life.process;
      if (process != null) {
        threads.execute(() -> end(process, force));
      }
    }
  }

  private static void end(Process process, boolean force) {
    List<ProcessHandle> children = process.descendants().collect(Collectors.toList());
    try {
      if (!force) {
        process.destroy();
        process.waitFor(POLITE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.addAll(process.descendants().toList());
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void kill(long worker) {
    Life life = lives.get(worker);
    Process process = life == null ? null : life.process;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Override
  public void update(long worker, String workerUrl, String mtoken) {
    threads.execute(
        () -> {
          if (Files.exists(folder(worker).resolve("vast4j/java.args"))) {
            requestUpdate(worker, workerUrl, mtoken);
          }
          end(worker, false);
        });
  }

  /**
   * Announces the update as the real engine does. The reference's Python worker would write a file
   * to the root of this machine's disk, so it is not asked.
   */
  private static void requestUpdate(long worker, String workerUrl, String mtoken) {
    try {
      HttpURLConnection connection = open(new URI(workerUrl + "/pyworker/update"));
      connection.setReadTimeout(5_000);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Authorization", "Bearer " + mtoken);
      connection.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
      int code = connection.getResponseCode();
      LOG.debug("worker {} answered the update with {}", worker, code);
    } catch (IOException | URISyntaxException e) {
      // It is ended next, whatever it says.
      LOG.debug("worker {} did not take the update: {}", worker, e.toString());
    }
  }

  @Override
  public void delete(long worker) {
    // Its log is kept a while: one wants to read why it went.
    while (logs.size() > KEPT_LOGS) {
      logs.pollFirstEntry();
    }
    threads.execute(
        () -> {
          Home.deleteQuietly(folder(worker));
          Home.deleteQuietly(marker(worker));
        });
  }

  List<String> log(long worker) {
    WorkerLog log = logs.get(worker);
    return log == null ? List.of() : log.tail(Integer.MAX_VALUE);
  }

  /** What all workers printed, by id; those that are gone included, the latest hundred. */
  SortedMap<Long, List<String>> logs() {
    SortedMap<Long, List<String>> all = new TreeMap<>();
    logs.forEach((id, log) -> all.put(id, log.tail(Integer.MAX_VALUE)));
    return all;
  }

  private Path folder(long worker) {
    return home.workers().resolve("worker-" + worker);
  }

  private Path marker(long worker) {
    return home.workers().resolve("worker-" + worker + ".version");
  }

  /** Ends all workers and waits for that. */
  @Override
  public void close() {
    closed = true;
    List<Process> processes = new ArrayList<>();
    for (Life life : lives.values()) {
      life.endRequested = true;
      Process process = life.process;
      if (process != null) {
        processes.add(process);
        process.destroy();
      }
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
    try {
      for (Process process : processes) {
        process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        end(process, true);
      }
      threads.shutdown();
      threads.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      processes.forEach(process -> end(process, true));
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
