package dev.vast4j.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy between a client and both engine and workers that spoils one exchange in five.
 * While it is open, all routes and calls of this JVM pass through it.
 */
final class ChaosProxy extends ProxySelector implements AutoCloseable {
  /** What may befall an exchange. */
  enum Fault {
    /** The connection is reset before anything was read. */
    RESET_AT_ONCE,
    /** The request was read and goes nowhere; the connection is reset. */
    RESET_BEFORE,
    /** The request was carried out, the connection is reset instead of an answer. */
    RESET_AFTER,
    DELAY,
    /** Half of the answer. */
    TRUNCATED,
    TOO_MANY,
    INTERNAL_ERROR,
    UNAVAILABLE,
    /** Something else than the answer, that is no JSON. */
    GARBAGE,
    /** No answer, and no end of the connection. */
    HALF_OPEN
  }

  private static final int ONE_IN = 5;
  private static final long DELAY_NANOS = 50_000_000;
  private static final Pattern TARGET = Pattern.compile("^([A-Z]+) http://([^:/]+):(\\d+)(\\S+) ");
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^content-length: *(\\d+)", Pattern.CASE_INSENSITIVE);

  private final Random chance = new Random(20);
  private final Map<Fault, AtomicInteger> faults = new EnumMap<>(Fault.class);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ProxySelector before = ProxySelector.getDefault();
  private volatile boolean stirred;

  private ChaosProxy() throws IOException {
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    for (Fault fault : Fault.values()) {
      faults.put(fault, new AtomicInteger());
    }
  }

  static ChaosProxy open() throws IOException {
    ChaosProxy proxy = new ChaosProxy();
    proxy.threads.execute(proxy::accept);
    ProxySelector.setDefault(proxy);
    return proxy;
  }

  /** How often each fault was done to an exchange so far. */
  Map<Fault, AtomicInteger> faults() {
    return faults;
  }

  /** From now on exchanges are spoiled. */
  void stir() {
    faults.values().forEach(count -> count.set(0));
    stirred = true;
  }

  /** From now on none is. */
  void calm() {
    stirred = false;
  }

  @Override
  public List<Proxy> select(URI uri) {
    // The client's HTTP library asks once for a server, the JDK's own for each address.
    boolean client = String.valueOf(uri.getPath()).equals("/");
    return List.of(
        client
            ? new Proxy(
                Proxy.Type.HTTP,
                new InetSocketAddress(server.getInetAddress(), server.getLocalPort()))
            : Proxy.NO_PROXY);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The client tries again; that is what is tested.
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    Fault fault = draw();
    try (socket) {
      if (fault == Fault.RESET_AT_ONCE) {
        reset(socket);
        return;
      }
      byte[] request = request(socket.getInputStream());
      if (request.length > 0) {
        exchange(socket, request, fault);
      }
    } catch (IOException e) {
      // One of the two ends is gone: a fault like any other.
    } finally {
      sockets.remove(socket);
    }
  }

  private Fault draw() {
    synchronized (chance) {
      if (!stirred || chance.nextInt(ONE_IN) > 0) {
        return null;
      }
      Fault fault = Fault.values()[chance.nextInt(Fault.values().length)];
      faults.get(fault).incrementAndGet();
      return fault;
    }
  }

  private static void exchange(Socket socket, byte[] request, Fault fault) throws IOException {
    OutputStream out = socket.getOutputStream();
    if (fault == null) {
      out.write(forward(request));
      return;
    }
    switch (fault) {
      case RESET_AT_ONCE -> throw new IllegalStateException("the request was read");
      case RESET_BEFORE -> reset(socket);
      case RESET_AFTER -> {
        forward(request);
        reset(socket);
      }
      case DELAY -> {
        LockSupport.parkNanos(DELAY_NANOS);
        out.write(forward(request));
      }
      case TRUNCATED -> {
        byte[] answer = forward(request);
        out.write(answer, 0, answer.length / 2);
      }
      case TOO_MANY -> out.write(answer("429 Too Many Requests", "slow down"));
      case INTERNAL_ERROR -> out.write(answer("500 Internal Server Error", "{}"));
      case UNAVAILABLE -> out.write(answer("503 Service Unavailable", "<html>busy</html>"));
      case GARBAGE -> {
        forward(request);
        out.write(answer("200 OK", "{\"result\": {\"ok\": 2"));
      }
      case HALF_OPEN -> {
        forward(request);
        while (socket.getInputStream().read() >= 0) {
          // Until the client gives up.
        }
      }
    }
  }

  private static byte[] answer(String status, String body) {
    return ("HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Head and body; empty when the client went without a request. */
  private static byte[] request(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      read.write(next);
      end = next == "\r\n\r\n".charAt(end) ? end + 1 : next == '\r' ? 1 : 0;
    }
    Matcher length = LENGTH.matcher(read.toString(StandardCharsets.US_ASCII));
    if (length.find()) {
      read.write(in.readNBytes(Integer.parseInt(length.group(1))));
    }
    return read.toByteArray();
  }

  private static byte[] forward(byte[] request) throws IOException {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    Matcher target = TARGET.matcher(text);
    if (!target.find()) {
      throw new IOException("not a request to a proxy: " + text.lines().findFirst().orElse(""));
    }
    String direct =
        (target.group(1) + " " + target.group(4) + " " + text.substring(target.end()))
            .replaceFirst("(?im)^(proxy-)?connection: .*$", "Connection: close");
    try (Socket worker = new Socket(target.group(2), Integer.parseInt(target.group(3)))) {
      worker.getOutputStream().write(direct.getBytes(StandardCharsets.ISO_8859_1));
      return worker.getInputStream().readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    ProxySelector.setDefault(before);
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
