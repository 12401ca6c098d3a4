package dev.vast4j;

import dev.vast4j.api.EndpointInfo;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Calls of a deployed function, all of it real: the embedded engine, a worker process that was
 * booted from an uploaded bundle, signed routes. Prints Markdown tables; takes about a minute.
 *
 * <p>Overhead is measured side by side: blocks of calls through vast4j and of the same two HTTP
 * exchanges by bare OkHttp, with bodies built before, take turns against the same engine and
 * worker.
 */
public final class Calls {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Pattern CLIENT_THREAD =
      Pattern.compile("^(vast4j-call-|vast4j-continuation-|OkHttp |Okio )");
  private static final int BLOCKS = 60;
  private static final int CALLS_A_BLOCK = 100;
  private static final int ROUNDS = 4;
  private static final int MANY = 64;
  private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private Calls() {}

  /** The functions that are called. */
  public interface Functions {
    /** Small there and back. */
    @Remote(allowParallelRequests = true, maxQueueTime = 3600)
    @Benchmark(dataset = "{\"x\": 2}", runs = 2)
    default CompletableFuture<Integer> square(int x) {
      return CompletableFuture.completedFuture(x * x);
    }

    /** The same; blocks the caller, as the baseline does. */
    @Remote(allowParallelRequests = true, maxQueueTime = 3600)
    default int squareNow(int x) {
      return x * x;
    }

    /** Large there and back. */
    @Remote(allowParallelRequests = true, maxQueueTime = 3600)
    default byte[] echo(byte[] bytes) {
      return bytes;
    }
  }

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().workerHeap("512m"));
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("calls")
                .vast(vast)
                .remote(Functions.class)
                .image(Image.of("bench", 16))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(2));
      Functions functions = app.remote(Functions.class);
      EndpointInfo endpoint = vast.endpoints().list().get(0);
      try (Bare bare = new Bare(engine.url().toString(), endpoint)) {
        System.out.printf(
            "%d cores, JDK %s, heap %d MB%n%n",
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            Runtime.getRuntime().maxMemory() >> 20);
        oneCaller(functions, bare);
        manyCallers(functions, bare);
      }
      inFlight(functions);
      payloads(functions);
    }
  }

  private static void oneCaller(Functions functions, Bare bare) {
    Supplier<Object> blocking = () -> functions.squareNow(5);
    Supplier<Object> future = () -> functions.square(5).join();
    Supplier<Object> exchanges = bare::exchanges;
    for (int warmUp = 0; warmUp < BLOCKS / 2; warmUp++) {
      block(blocking);
      block(future);
      block(exchanges);
    }
    List<Long> ofBlocking = new ArrayList<>();
    List<Long> ofFuture = new ArrayList<>();
    List<Long> ofExchanges = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      ofBlocking.addAll(block(blocking));
      ofExchanges.addAll(block(exchanges));
      ofFuture.addAll(block(future));
    }
    System.out.println("| one caller | p50, µs | p90, µs | p99, µs |\n|---|---|---|---|");
    row("two exchanges by bare OkHttp", ofExchanges);
    row("a call that blocks", ofBlocking);
    row("a call by future, joined", ofFuture);
    ratio("a call that blocks, ratio", ofBlocking, ofExchanges);
    ratio("a call by future, ratio", ofFuture, ofExchanges);
    System.out.println();
  }

  private static void ratio(String name, List<Long> ours, List<Long> theirs) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f |%n",
        name,
        at(ours, 0.5) / at(theirs, 0.5),
        at(ours, 0.9) / at(theirs, 0.9),
        at(ours, 0.99) / at(theirs, 0.99));
  }

  private static List<Long> block(Supplier<Object> call) {
    List<Long> nanos = new ArrayList<>(CALLS_A_BLOCK);
    for (int i = 0; i < CALLS_A_BLOCK; i++) {
      long begin = System.nanoTime();
      call.get();
      nanos.add(System.nanoTime() - begin);
    }
    return nanos;
  }

  private static void row(String name, List<Long> nanos) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.0f |%n",
        name,
        at(nanos, 0.5) / 1e3,
        at(nanos, 0.9) / 1e3,
        at(nanos, 0.99) / 1e3);
  }

  private static double at(List<Long> nanos, double share) {
    return nanos.stream().sorted().skip((long) (nanos.size() * share)).findFirst().orElseThrow();
  }

  private static void manyCallers(Functions functions, Bare bare) throws InterruptedException {
    double[] through = new double[ROUNDS];
    double[] beside = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      beside[round] = perSecond(bare::exchanges);
      through[round] = perSecond(() -> functions.squareNow(5));
    }
    System.out.printf("| %d callers | calls/s |%n|---|---|%n", MANY);
    System.out.printf(Locale.ROOT, "| two exchanges by bare OkHttp | %,.0f |%n", median(beside));
    System.out.printf(Locale.ROOT, "| calls through vast4j | %,.0f |%n", median(through));
    System.out.printf(Locale.ROOT, "| ratio | %.2f |%n%n", median(through) / median(beside));
  }

  private static double perSecond(Supplier<Object> call) throws InterruptedException {
    LongAdder done = new LongAdder();
    long end = System.nanoTime() + ROUND_NANOS;
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Thread caller =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  call.get();
                  done.increment();
                }
              });
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    return done.sum() * 1e9 / ROUND_NANOS;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void inFlight(Functions functions) {
    System.out.println(
        "| calls begun at once | all answered after, ms | calls/s | client's platform threads |"
            + " heap used after, MB |\n|---|---|---|---|---|");
    for (int calls : new int[] {1, 10, 100, 1_000, 10_000}) {
      long begin = System.nanoTime();
      List<CompletableFuture<Integer>> answers = new ArrayList<>(calls);
      for (int x = 0; x < calls; x++) {
        answers.add(functions.square(x % 1000));
      }
      for (int x = 0; x < calls; x++) {
        int expected = (x % 1000) * (x % 1000);
        if (answers.get(x).join() != expected) {
          throw new IllegalStateException("a wrong answer");
        }
      }
      double millis = (System.nanoTime() - begin) / 1e6;
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "| %,d | %,.1f | %,.0f | %d | %d |%n",
          calls,
          millis,
          calls * 1e3 / millis,
          clientThreads(),
          (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
    System.out.println();
  }

  /** Those of the client, which keeps them a while; the engine is in this process as well. */
  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> CLIENT_THREAD.matcher(thread.getName()).find())
        .count();
  }

  private static void payloads(Functions functions) {
    System.out.println("| bytes there and back | ms a call | MB/s |\n|---|---|---|");
    for (int size : new int[] {1 << 10, 64 << 10, 1 << 20, 16 << 20, 64 << 20}) {
      byte[] bytes = new byte[size];
      Arrays.fill(bytes, (byte) 42);
      int calls = size > 4 << 20 ? 3 : 50;
      for (int warmUp = 0; warmUp < calls; warmUp++) {
        functions.echo(bytes);
      }
      List<Long> nanos = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        long begin = System.nanoTime();
        if (functions.echo(bytes).length != size) {
          throw new IllegalStateException("a wrong answer");
        }
        nanos.add(System.nanoTime() - begin);
      }
      double millis = at(nanos, 0.5) / 1e6;
      System.out.printf(
          Locale.ROOT, "| %,d | %.1f | %.1f |%n", size, millis, 2.0 * size / 1e3 / millis);
    }
  }

  /** What a call is at the least: the two exchanges, with bodies built before. */
  private static final class Bare implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");

    private final OkHttpClient client;
    private final Request route;
    private final Request work;

    Bare(String engine, EndpointInfo endpoint) {
      client =
          new OkHttpClient.Builder()
              .connectionPool(new ConnectionPool(2 * MANY, 1, TimeUnit.MINUTES))
              .build();
      route =
          request(
              engine.replaceAll("/$", "") + "/route/",
              endpoint,
              "{\"endpoint\": \""
                  + endpoint.name()
                  + "\", \"api_key\": \""
                  + endpoint.apiKey()
                  + "\", \"cost\": 100.0, \"request_idx\": 0, \"replay_timeout\": 60}");
      String authData = new String(send(route), StandardCharsets.UTF_8);
      Matcher worker = URL.matcher(authData);
      if (!worker.find()) {
        throw new IllegalStateException("no route");
      }
      work =
          request(
              worker.group(1) + "/remote/square",
              endpoint,
              "{\"auth_data\": "
                  + authData
                  + ", \"session_id\": null, \"payload\": {\"kwargs\": {\"x\": 5}}}");
    }

    private static Request request(String url, EndpointInfo endpoint, String body) {
      return new Request.Builder()
          .url(url)
          .header("Authorization", "Bearer " + endpoint.apiKey())
          .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON))
          .build();
    }

    Object exchanges() {
      send(route);
      return send(work);
    }

    private byte[] send(Request request) {
      try (Response response = client.newCall(request).execute()) {
        if (!response.isSuccessful()) {
          throw new IllegalStateException("status " + response.code());
        }
        return response.body().bytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }
}
