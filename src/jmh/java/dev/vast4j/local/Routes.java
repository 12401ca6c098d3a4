package dev.vast4j.local;

import dev.vast4j.local.fleet.RecordingCost;
import dev.vast4j.local.process.Home;
import io.undertow.Undertow;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The embedded engine with many workers, which are simulated: routes over HTTP at a fixed rate, and
 * what a hundred deployments take of the heap. Prints Markdown tables.
 */
public final class Routes {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int[] WORKERS = {1, 10, 100, 1_000};
  private static final int CALLERS = 16;
  private static final int RATE = 5_000;
  private static final int SECONDS = 10;
  private static final int PERF = 1_000_000;
  private static final int DEPLOYMENTS = 100;
  private static final int WORKERS_EACH = 10;
  private static final int BLOCKS = 40;
  private static final int ROUTES_A_BLOCK = 2_000;

  private Routes() {}

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    Path folder = Files.createTempDirectory("routes");
    try {
      System.out.printf(
          "%d cores, JDK %s%n%n",
          Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
      System.out.printf("| workers | a route without HTTP, µs |%n|---|---|%n");
      choices();
      System.out.println();
      System.out.printf(
          "| workers | routes asked for a second | answered a second | p50, ms | p99, ms |%n"
              + "|---|---|---|---|---|%n");
      for (int workers : WORKERS) {
        routes(folder.resolve("of-" + workers), workers);
      }
      recording(folder.resolve("most"));
      memory(folder.resolve("memory"));
    } finally {
      Home.deleteQuietly(folder);
    }
  }

  /** An engine with one deployment whose workers are all ready. */
  static Engine ready(Path folder, String name, int workers) throws IOException {
    SimulatedEngine simulated = SimulatedEngine.inRealTime(folder, workers);
    deploy(simulated, name, workers);
    return simulated.engine();
  }

  /** A deployment whose workers are all ready. */
  private static void deploy(SimulatedEngine simulated, String name, int workers) {
    simulated.deploy(name, "1", "max_workers", workers, "min_load", PERF * workers);
    while (!simulated.boots.isEmpty()) {
      simulated.ready(simulated.boot(), PERF);
    }
  }

  /**
   * Prints how many microseconds the choice of a worker takes, the median of blocks. Blocks of all
   * numbers of workers take turns, so that none gets the time before the JIT has compiled.
   */
  private static void choices() throws IOException {
    List<RouteBenchmark> among = new ArrayList<>();
    try {
      for (int workers : WORKERS) {
        RouteBenchmark benchmark = new RouteBenchmark();
        benchmark.workers = workers;
        benchmark.start();
        among.add(benchmark);
      }
      double[][] micros = new double[WORKERS.length][BLOCKS];
      for (int block = -BLOCKS; block < BLOCKS; block++) {
        for (int i = 0; i < WORKERS.length; i++) {
          micros[i][Math.max(block, 0)] = block(among.get(i));
        }
      }
      for (int i = 0; i < WORKERS.length; i++) {
        Arrays.sort(micros[i]);
        System.out.printf(Locale.ROOT, "| %,d | %.2f |%n", WORKERS[i], micros[i][BLOCKS / 2]);
      }
    } finally {
      for (RouteBenchmark benchmark : among) {
        benchmark.stop();
      }
    }
  }

  /** Microseconds of a route, mean of a block. */
  private static double block(RouteBenchmark among) {
    long begin = System.nanoTime();
    for (int i = 0; i < ROUTES_A_BLOCK; i++) {
      among.route();
    }
    return (System.nanoTime() - begin) / 1e3 / ROUTES_A_BLOCK;
  }

  private interface Load {
    void on(Request route) throws InterruptedException;
  }

  private static void routes(Path folder, int workers) throws Exception {
    served(
        ready(folder, "many", workers),
        route -> {
          load(route, 2);
          List<Long> nanos = load(route, SECONDS);
          Collections.sort(nanos);
          System.out.printf(
              Locale.ROOT,
              "| %,d | %,d | %,d | %.2f | %.2f |%n",
              workers,
              RATE,
              nanos.size() / SECONDS,
              nanos.get(nanos.size() / 2) / 1e6,
              nanos.get(nanos.size() * 99 / 100) / 1e6);
        });
  }

  /** What recording the calls takes of the most routes that the engine answers over HTTP. */
  private static void recording(Path folder) throws Exception {
    double micros = RecordingCost.micros();
    served(
        ready(folder, "many", 1),
        route -> {
          most(route, 2);
          double most = most(route, SECONDS);
          System.out.printf(
              Locale.ROOT,
              "%nRecording a call takes %.2f µs: %.1f %% of one core at %,.0f routes a second, the"
                  + " most over HTTP%n",
              micros,
              micros * most / 1e4,
              most);
        });
  }

  /** {@return the routes a second when callers ask again as soon as they are answered} */
  private static double most(Request route, int seconds) throws InterruptedException {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(CALLERS, 1, TimeUnit.MINUTES))
            .build();
    LongAdder answered = new LongAdder();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Thread[] callers = new Thread[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      callers[i] =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  ask(client, route);
                  answered.increment();
                }
              });
      callers[i].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    return answered.sum() / (double) seconds;
  }

  private static void served(Engine engine, Load load) throws Exception {
    String key = engine.endpoints().list().path("results").path(0).path("api_key").asText();
    EngineHandler api = new EngineHandler(engine, new RouteSigner(Runnable::run));
    Undertow server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(2)
            .setHandler(
                exchange ->
                    exchange
                        .getRequestReceiver()
                        .receiveFullBytes(
                            (received, body) ->
                                received.dispatch(
                                    SameThreadExecutor.INSTANCE,
                                    () -> api.handle(new HttpCall(received, body)))))
            .build();
    server.start();
    try {
      int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
      Request route =
          new Request.Builder()
              .url("http://127.0.0.1:" + port + "/route/")
              .header("Authorization", "Bearer " + key)
              .post(
                  RequestBody.create(
                      "{\"endpoint\": \"many\", \"api_key\": \""
                          + key
                          + "\", \"cost\": 100.0, \"request_idx\": 0, \"replay_timeout\": 60}",
                      JSON))
              .build();
      load.on(route);
    } finally {
      server.stop();
    }
  }

  /**
   * Asks at a fixed rate. Times count from when a request was due, so that an engine that falls
   * behind shows.
   */
  private static List<Long> load(Request route, int seconds) throws InterruptedException {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(CALLERS, 1, TimeUnit.MINUTES))
            .build();
    List<Long> all = Collections.synchronizedList(new ArrayList<>());
    long begin = System.nanoTime();
    long step = TimeUnit.SECONDS.toNanos(CALLERS) / RATE;
    Thread[] callers = new Thread[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      long first = begin + i * step / CALLERS;
      callers[i] =
          new Thread(
              () -> {
                List<Long> mine = new ArrayList<>();
                long end = begin + TimeUnit.SECONDS.toNanos(seconds);
                for (long due = first; due < end; due += step) {
                  for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                  }
                  ask(client, route);
                  mine.add(System.nanoTime() - due);
                }
                all.addAll(mine);
              });
      callers[i].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    return new ArrayList<>(all);
  }

  private static void ask(OkHttpClient client, Request route) {
    try (Response response = client.newCall(route).execute()) {
      String answer = response.body().string();
      if (!answer.contains("\"url\"")) {
        throw new IllegalStateException("no route: " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void memory(Path folder) throws Exception {
    long before = heap();
    SimulatedEngine simulated = SimulatedEngine.inRealTime(folder, WORKERS_EACH);
    for (int i = 0; i < DEPLOYMENTS; i++) {
      deploy(simulated, "deployment-" + i, WORKERS_EACH);
    }
    long after = heap();
    System.out.printf(
        Locale.ROOT,
        "%n%d deployments of %d workers each: %.1f MB of heap%n",
        simulated.engine().endpoints().list().path("results").size(),
        WORKERS_EACH,
        (after - before) / 1e6);
  }

  private static long heap() throws InterruptedException {
    long[] used = new long[3];
    for (int i = 0; i < used.length; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(100);
      used[i] = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
    return Arrays.stream(used).min().orElseThrow();
  }
}
