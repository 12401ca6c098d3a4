package dev.vast4j;

import com.sun.net.httpserver.HttpServer;
import dev.vast4j.local.LocalVast;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long a worker takes from its {@code java} to ready, keys fetched and benchmark run: at the
 * first boot of a bundle and at the later ones, taking turns. The argument is the boots of each.
 */
public final class WorkerStart {
  private static final String ARCHIVE = "vast4j/classes.jsa";
  private static final String READY = "ready on port";
  private static final long DEADLINE = TimeUnit.MINUTES.toNanos(1);

  private WorkerStart() {}

  /** The function that is served. */
  public interface Functions {
    /** Small there and back. */
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 2)
    default int square(int x) {
      return x * x;
    }

    /** Where the worker's bundle was unpacked. */
    @Remote
    default String folder() {
      return Path.of("").toAbsolutePath().toString();
    }
  }

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    int boots = Integer.parseInt(arguments[0]);
    Path copy = Files.createTempDirectory("vast4j-start");
    HttpServer engine = engine();
    try {
      unpackedBundle(copy);
      double[] first = new double[boots];
      double[] later = new double[boots];
      for (int i = 0; i < boots; i++) {
        Files.deleteIfExists(copy.resolve(ARCHIVE));
        Files.deleteIfExists(copy.resolve(ARCHIVE + ".key"));
        first[i] = boot(copy, engine, true);
        later[i] = boot(copy, engine, false);
      }
      System.out.printf(
          "%d cores, JDK %s%n%n| from java to ready | seconds: least | median | most"
              + " |%n|---|---|---|---|%n",
          Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
      print("first boot", first);
      print("later boots", later);
    } finally {
      engine.stop(0);
      delete(copy);
    }
  }

  private static void print(String name, double[] seconds) {
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f |%n",
        name,
        seconds[0],
        seconds[seconds.length / 2],
        seconds[seconds.length - 1]);
  }

  /** What an engine says to a worker at its start: the key of its signatures, and nothing more. */
  private static HttpServer engine() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.generateKeyPair().getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    HttpServer engine =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean key = exchange.getRequestURI().getPath().equals("/pubkey/");
            byte[] answer = (key ? pem : "{}").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    engine.start();
    return engine;
  }

  /** The bundle as an engine unpacked it, with its jars fetched. */
  private static void unpackedBundle(Path copy) throws IOException {
    try (LocalVast engine = LocalVast.start();
        Deployment app =
            Deployment.builder("start")
                .vast(engine.client())
                .remote(Functions.class)
                .image(Image.of("start", 1))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .build()) {
      app.ensureReady();
      Path folder = Path.of(app.remote(Functions.class).folder());
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.toList()) {
          Path to = copy.resolve(folder.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(to);
          } else {
            Files.copy(file, to);
          }
        }
      }
      app.delete();
    }
  }

  /** Seconds; a first boot goes on until it has made its archive, which counts for nobody. */
  private static double boot(Path folder, HttpServer engine, boolean first) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!first) {
      command.addAll(List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xshare:auto"));
    }
    command.add("@vast4j/java.args");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("CONTAINER_ID", "1");
    builder.environment().put("PUBLIC_IPADDR", "127.0.0.1");
    builder.environment().put("WORKER_PORT", "0");
    builder.environment().put("USE_SSL", "false");
    builder.environment().put("MASTER_TOKEN", "start");
    builder.environment().put("REPORT_ADDR", "http://127.0.0.1:" + engine.getAddress().getPort());
    long begin = System.nanoTime();
    Process worker = builder.start();
    try (BufferedReader output = worker.inputReader()) {
      StringBuilder seen = new StringBuilder();
      String line = output.readLine();
      while (line != null && !line.contains(READY)) {
        seen.append(line).append('\n');
        line = output.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the worker did not become ready:\n" + seen);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      while (first && !Files.exists(folder.resolve(ARCHIVE))) {
        if (System.nanoTime() - begin > DEADLINE) {
          throw new IllegalStateException("no archive was made:\n" + seen);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return seconds;
    } finally {
      worker.destroy();
      worker.waitFor();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
