package dev.vast4j.bench.http;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Prints the comparison as a Markdown table. The servers run at the same time, each in its own
 * process, and take turns, so that a slow minute of the machine hits all of them.
 */
public final class Compare {
  private static final int ROUNDS = 4;
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int STARTS = 3;

  /** By name: where its jars live in a Maven repository. */
  private static final Map<String, List<String>> JARS =
      Map.of(
          "Undertow", List.of("/io/undertow/", "/org/jboss/", "/org/wildfly/", "/io/smallrye/"),
          "Jdk", List.of(),
          "Jetty", List.of("/org/eclipse/jetty/"),
          "Helidon", List.of("/io/helidon/"));

  private final Path key = Keys.create();
  private final SSLContext tls = Keys.open(key);
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(64, 1, TimeUnit.MINUTES))
          .sslSocketFactory(tls.getSocketFactory(), Keys.trust(key))
          .build();

  private Compare() throws Exception {}

  public static void main(String[] arguments) throws Exception {
    new Compare().run();
    System.exit(0);
  }

  private void run() throws Exception {
    List<Server> servers = new ArrayList<>();
    for (String name : List.of("Undertow", "Jdk", "Jetty", "Helidon")) {
      if (isThere(name)) {
        servers.add(new Server(name, false));
        servers.add(new Server(name, true));
      }
    }
    for (Server server : servers) {
      for (int start = 0; start < STARTS; start++) {
        server.stop();
        server.start();
      }
    }
    for (Server server : servers) {
      calls(server, 16, WARM_UP_NANOS / 2);
      calls(server, 1, WARM_UP_NANOS / 2);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Server server : servers) {
        server.one[round] = calls(server, 1, TURN_NANOS);
        Duration before = server.cpu();
        server.sixteen[round] = calls(server, 16, TURN_NANOS);
        server.cpuNanos += server.cpu().minus(before).toNanos();
      }
    }
    for (Server server : servers) {
      server.noticed = noticed(server);
    }
    System.out.printf(
        "%d cores, JDK %s, %s%n%n",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        System.getProperty("os.name"));
    System.out.println(
        "| server | | calls/s, 1 caller | calls/s, 16 callers | server CPU a call, µs | start to"
            + " first answer, ms | server CPU until then, ms | client gone noticed after, ms |"
            + " jars, kB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (Server server : servers) {
      System.out.println(server.row());
      server.stop();
    }
  }

  private static boolean isThere(String name) {
    try {
      Class.forName(Compare.class.getPackageName() + "." + name + "Contender");
      return true;
    } catch (ClassNotFoundException e) {
      System.out.println(name + " is left out: it needs a newer JDK.");
      return false;
    }
  }

  /** Calls per second. */
  private long calls(Server server, int callers, long nanos) throws InterruptedException {
    byte[] body = new byte[200];
    Arrays.fill(body, (byte) 'x');
    Request request =
        new Request.Builder()
            .url(server.url("/echo"))
            .post(RequestBody.create(body, MediaType.get("application/json")))
            .build();
    AtomicLong count = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    for (int i = 0; i < callers; i++) {
      Thread thread =
          new Thread(
              () -> {
                long done = 0;
                while (System.nanoTime() < end) {
                  call(request);
                  done++;
                }
                count.addAndGet(done);
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return count.get() * TimeUnit.SECONDS.toNanos(1) / nanos;
  }

  private String call(Request request) {
    try (Response response = client.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new IllegalStateException("status " + response.code());
      }
      return response.body().string();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Milliseconds from a client's close to the server's notice, the worst of five; -1 for never. */
  private long noticed(Server server) throws Exception {
    long worst = 0;
    for (int i = 0; i < 5; i++) {
      Socket socket =
          server.secure
              ? tls.getSocketFactory().createSocket("127.0.0.1", server.port)
              : new Socket("127.0.0.1", server.port);
      socket
          .getOutputStream()
          .write(
              "POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      TimeUnit.MILLISECONDS.sleep(200);
      long closed = System.currentTimeMillis();
      socket.close();
      TimeUnit.MILLISECONDS.sleep(400);
      Request report =
          new Request.Builder()
              .url(server.url("/noticed"))
              .post(RequestBody.create(new byte[0], null))
              .build();
      long at = Long.parseLong(call(report));
      if (at == 0) {
        return -1;
      }
      worst = Math.max(worst, at - closed);
    }
    return worst;
  }

  private final class Server {
    final String name;
    final boolean secure;
    final long[] one = new long[ROUNDS];
    final long[] sixteen = new long[ROUNDS];
    long cpuNanos;
    long leastStartCpu = Long.MAX_VALUE;
    long fastestStart = Long.MAX_VALUE;
    long noticed;
    int port;
    private Process process;

    Server(String name, boolean secure) {
      this.name = name;
      this.secure = secure;
    }

    void start() throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  // without it the JDK's server takes 40 ms for each answer
                  "-Dsun.net.httpserver.nodelay=true",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Serve.class.getName(),
                  name));
      if (secure) {
        command.add(key.toString());
      }
      long begin = System.nanoTime();
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line;
      do {
        line = lines.readLine();
        if (line == null) {
          throw new IOException(name + " did not start");
        }
      } while (!line.startsWith("PORT "));
      port = Integer.parseInt(line.substring(5));
      call(
          new Request.Builder()
              .url(url("/echo"))
              .post(RequestBody.create(new byte[1], null))
              .build());
      fastestStart = Math.min(fastestStart, (System.nanoTime() - begin) / 1_000_000);
      leastStartCpu = Math.min(leastStartCpu, cpu().toMillis());
    }

    Duration cpu() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    void stop() throws InterruptedException {
      if (process != null) {
        process.destroyForcibly().waitFor();
      }
    }

    String url(String path) {
      return (secure ? "https" : "http") + "://127.0.0.1:" + port + path;
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %,d | %,d | %.0f | %d | %d | %s | %s |",
          name.equals("Jdk") ? "JDK `httpserver`" : name,
          secure ? "TLS" : "plain",
          median(one),
          median(sixteen),
          cpuNanos / 1e3 / (Arrays.stream(sixteen).sum() * (TURN_NANOS / 1e9)),
          fastestStart,
          leastStartCpu,
          noticed < 0 ? "never" : noticed,
          secure ? "" : String.format(Locale.ROOT, "%,d", jarBytes(name) / 1000));
    }
  }

  private static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static long jarBytes(String name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jar -> JARS.get(name).stream().anyMatch(jar.replace('\\', '/')::contains))
        .mapToLong(jar -> new File(jar).length())
        .sum();
  }
}
