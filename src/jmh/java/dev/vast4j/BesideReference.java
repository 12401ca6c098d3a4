package dev.vast4j;

import dev.vast4j.api.EndpointInfo;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * vast4j beside the Python reference, all of it real, in one run and taking turns: a worker of each
 * under the same load, a client of each against the same engine and worker, a million numbers
 * through each encoding. Prints Markdown tables. Its argument is the Python side's file.
 */
public final class BesideReference {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern INDEX = Pattern.compile("(\"request_idx\"\\s*:\\s*)\\d+");
  private static final int ROUNDS = 4;
  private static final int CALLERS = 64;

  /**
   * Until the compiler, which shares the cores with client, engine and worker, has come to rest.
   */
  private static final int CLIENT_WARM_UP_ROUNDS = 8;

  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(2);

  private BesideReference() {}

  /** The function that is called; its Python twin is in the other file. */
  public interface Functions {
    /** Small there and back. */
    @Remote(allowParallelRequests = true, maxQueueTime = 3600)
    @Benchmark(dataset = "{\"x\": 2}", runs = 2)
    default int square(int x) {
      return x * x;
    }
  }

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    Path python = Path.of(arguments[0]);
    System.out.printf(
        "%d cores, JDK %s, %s%n%n",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        run(List.of("python3", "--version"), null));
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults());
        Vast vast = engine.client();
        Deployment ours = deploy(vast, Deployment.builder("ours").remote(Functions.class));
        Deployment theirs =
            deploy(vast, Deployment.builder("reference").python(python).remote(Functions.class))) {
      Load java = new Load(engine, endpoint(vast, "ours"));
      Load reference = new Load(engine, endpoint(vast, "reference"));
      workers(java, reference, 1);
      workers(java, reference, 16);
      clients(engine, ours.remote(Functions.class), python);
      java.close();
      reference.close();
    }
    ArraysBesideReference.print(python);
  }

  private static Deployment deploy(Vast vast, Deployment.Builder builder) {
    Deployment app =
        builder
            .vast(vast)
            .image(Image.of("bench", 16))
            .autoscaling(Autoscaling.defaults().maxWorkers(1))
            .build();
    app.ensureReady();
    app.awaitWorkers(1, Duration.ofMinutes(2));
    return app;
  }

  private static EndpointInfo endpoint(Vast vast, String name) {
    return vast.endpoints().list().stream()
        .filter(endpoint -> endpoint.name().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static void workers(Load java, Load reference, int connections)
      throws InterruptedException {
    java.run(connections);
    reference.run(connections);
    for (int round = 0; round < ROUNDS; round++) {
      java.measure(connections);
      reference.measure(connections);
    }
    System.out.printf(
        "| worker, %d connections | calls/s | p50, µs | p99, µs |%n|---|---|---|---|%n",
        connections);
    row("vast4j", java);
    row("reference", reference);
    System.out.printf(
        Locale.ROOT,
        "| ratio | %.1f | %.2f | %.2f |%n%n",
        java.perSecond() / reference.perSecond(),
        java.at(0.5) / reference.at(0.5),
        java.at(0.99) / reference.at(0.99));
    System.out.printf(
        Locale.ROOT,
        "p99 of vast4j ÷ p50 of the reference: %.2f%n%n",
        java.at(0.99) / reference.at(0.5));
    java.forget();
    reference.forget();
  }

  private static void row(String name, Load load) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.0f | %.0f |%n",
        name,
        load.perSecond(),
        load.at(0.5),
        load.at(0.99));
  }

  private static void clients(LocalVast engine, Functions functions, Path python)
      throws IOException, InterruptedException {
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int warmUp = 0; warmUp < CLIENT_WARM_UP_ROUNDS; warmUp++) {
      perSecond(functions, CALLERS);
    }
    for (int round = 0; round < ROUNDS; round++) {
      ours[round] = perSecond(functions, CALLERS);
      theirs[round] = referencePerSecond(engine, python, CALLERS);
    }
    System.out.printf(
        Locale.ROOT,
        "| client, %d callers, same engine and worker | calls/s |%n|---|---|%n"
            + "| vast4j | %,.0f |%n| reference | %,.0f |%n| ratio | %.1f |%n%n",
        CALLERS,
        median(ours),
        median(theirs),
        median(ours) / median(theirs));
    System.out.printf(
        "| callers at once | vast4j, calls/s | reference, calls/s |%n|---|---|---|%n");
    for (int callers : new int[] {1, 4, 16}) {
      growthRow(
          callers, perSecond(functions, callers), referencePerSecond(engine, python, callers));
    }
    growthRow(CALLERS, median(ours), median(theirs));
    System.out.println();
  }

  private static void growthRow(int callers, double ours, double theirs) {
    System.out.printf(Locale.ROOT, "| %d | %,.0f | %,.0f |%n", callers, ours, theirs);
  }

  private static double referencePerSecond(LocalVast engine, Path python, int callers)
      throws IOException, InterruptedException {
    return Double.parseDouble(
        run(List.of("python3", python.toString(), "calls", "ours", "" + callers, "2"), engine));
  }

  private static double perSecond(Functions functions, int count) throws InterruptedException {
    LongAdder done = new LongAdder();
    long end = System.nanoTime() + ROUND_NANOS;
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread caller =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  if (functions.square(5) != 25) {
                    throw new IllegalStateException("a wrong answer");
                  }
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

  static String run(List<String> command, LocalVast engine)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    if (engine != null) {
      builder.environment().put("VAST_URL", engine.url().toString().replaceAll("/$", ""));
      builder.environment().put("VAST_API_KEY", engine.apiKey());
    }
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
    return output.strip();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * Calls one worker straight, over connections that are kept, each call with a number of its own.
   */
  private static final class Load implements AutoCloseable {
    private final OkHttpClient client =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(16, 1, TimeUnit.MINUTES))
            .build();
    private final String key;
    private final String authData;
    private final String url;
    private final AtomicLong index = new AtomicLong(1_000_000);
    private final List<Long> nanos = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();

    Load(LocalVast engine, EndpointInfo endpoint) {
      key = endpoint.apiKey();
      authData =
          send(
              engine.url().toString().replaceAll("/$", "") + "/route/",
              "{\"endpoint\": \""
                  + endpoint.name()
                  + "\", \"api_key\": \""
                  + key
                  + "\", \"cost\": 100.0, \"request_idx\": 0, \"replay_timeout\": 60}");
      Matcher worker = URL.matcher(authData);
      if (!worker.find()) {
        throw new IllegalStateException("no route: " + authData);
      }
      url = worker.group(1) + "/remote/square";
    }

    private String send(String address, String body) {
      Request request =
          new Request.Builder()
              .url(address)
              .header("Authorization", "Bearer " + key)
              .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON))
              .build();
      try (Response response = client.newCall(request).execute()) {
        String text = response.body().string();
        if (!response.isSuccessful()) {
          throw new IllegalStateException("status " + response.code() + ": " + text);
        }
        return text;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void call() {
      String auth = INDEX.matcher(authData).replaceFirst("$1" + index.incrementAndGet());
      String answer =
          send(
              url,
              "{\"auth_data\": "
                  + auth
                  + ", \"session_id\": null, \"payload\": {\"kwargs\": {\"x\": 5}}}");
      if (!answer.contains("25")) {
        throw new IllegalStateException("a wrong answer: " + answer);
      }
    }

    void measure(int connections) throws InterruptedException {
      List<Long> all = run(connections);
      rates.add(all.size() * 1e9 / ROUND_NANOS);
      nanos.addAll(all);
    }

    List<Long> run(int connections) throws InterruptedException {
      List<Long> all = Collections.synchronizedList(new ArrayList<>());
      long end = System.nanoTime() + ROUND_NANOS;
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Thread thread =
            new Thread(
                () -> {
                  List<Long> mine = new ArrayList<>();
                  for (long begin = System.nanoTime(); begin < end; ) {
                    call();
                    long now = System.nanoTime();
                    mine.add(now - begin);
                    begin = now;
                  }
                  all.addAll(mine);
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      return all;
    }

    double perSecond() {
      return median(rates.stream().mapToDouble(rate -> rate).toArray());
    }

    /** Microseconds. */
    double at(double share) {
      return nanos.stream().sorted().skip((long) (nanos.size() * share)).findFirst().orElseThrow()
          / 1e3;
    }

    void forget() {
      nanos.clear();
      rates.clear();
    }

    @Override
    public void close() {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }
}
