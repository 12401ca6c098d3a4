package dev.vast4j.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * A scripted HTTP/1.1 server on the loopback interface. It can answer, cut an answer short, reset
 * the connection before or after it has read the request, never answer, and wait until the client
 * has closed the connection. MockWebServer can do neither the resets nor the last, and its version
 * 3 does not run on OkHttp 4.
 */
public final class ScriptedServer implements AutoCloseable {

  /** A request that was read. */
  public record Request(
      String method, String path, Map<String, String> headers, byte[] body, int connection) {
    public String text() {
      return new String(body, UTF_8);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** The reaction to a request. */
  @FunctionalInterface
  public interface Reply {
    /** Answers; returns whether the connection goes on. */
    boolean on(Connection connection) throws IOException, InterruptedException;

    static Reply json(int status, String body) {
      return of(status, "application/json", body.getBytes(UTF_8));
    }

    static Reply text(int status, String body) {
      return of(status, "text/plain", body.getBytes(UTF_8));
    }

    static Reply of(int status, String type, byte[] body) {
      return connection -> {
        connection.head(status, "Content-Type: " + type, "Content-Length: " + body.length);
        connection.send(body);
        return true;
      };
    }

    static Reply json(String body) {
      return json(200, body);
    }

    /** Sends a reset instead of an answer. */
    static Reply reset() {
      return connection -> {
        connection.reset();
        return false;
      };
    }

    /** Closes the connection without an answer. */
    static Reply close() {
      return connection -> false;
    }

    /** Announces more than it sends. */
    static Reply truncated(String body) {
      return connection -> {
        connection.head(
            200, "Content-Type: application/json", "Content-Length: " + (body.length() + 100));
        connection.send(body.getBytes(UTF_8));
        return false;
      };
    }

    /** Never answers; waits until the client closes the connection. */
    static Reply silence() {
      return connection -> {
        connection.awaitGone();
        return false;
      };
    }
  }

  /** Chooses the reply to a request, on the connection's own thread. */
  @FunctionalInterface
  public interface Handler {
    Reply handle(Request request) throws IOException, InterruptedException;
  }

  /** Chooses the reaction to a new connection; null to read its requests. */
  @FunctionalInterface
  public interface Greeter {
    Reply greet(int connection);
  }

  /** One connection. */
  public final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    public void head(int status, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      send(head.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Sends one chunk of a chunked body. */
    public void chunk(String text) throws IOException {
      byte[] bytes = text.getBytes(UTF_8);
      send((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
      send(bytes);
      send("\r\n".getBytes(ISO_8859_1));
    }

    public void lastChunk() throws IOException {
      send("0\r\n\r\n".getBytes(ISO_8859_1));
    }

    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the client has closed the connection. */
    public void awaitGone() {
      try {
        while (in.read() >= 0) {
          // Ignore further input.
          continue;
        }
      } catch (IOException e) {
        // A reset also means that the client has gone.
        gone.add(socket.getPort());
        return;
      }
      gone.add(socket.getPort());
    }
  }

  private final ServerSocket server;
  private final boolean tls;
  private final Thread acceptor;
  private volatile Handler handler;
  private volatile Greeter greeter = connection -> null;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Integer> gone = new LinkedBlockingQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int connections;

  public ScriptedServer(Handler handler) {
    this(handler, ServerSocketFactory.getDefault(), false);
  }

  public ScriptedServer(Handler handler, ServerSocketFactory sockets, boolean tls) {
    this.handler = handler;
    this.tls = tls;
    try {
      this.server = sockets.createServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.acceptor = thread("scripted-server", this::accept);
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  public String url() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + server.getLocalPort();
  }

  public int port() {
    return server.getLocalPort();
  }

  public void handle(Handler handler) {
    this.handler = handler;
  }

  public void greet(Greeter greeter) {
    this.greeter = greeter;
  }

  /** The requests read so far, in order. */
  public List<Request> requests() {
    return requests;
  }

  public List<Request> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  /** How many connections were accepted. */
  public int connections() {
    return connections;
  }

  /** Waits until a client has closed a connection whose answer was withheld. */
  public boolean awaitGone(long seconds) throws InterruptedException {
    return gone.poll(seconds, TimeUnit.SECONDS) != null;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        int number = ++connections;
        open.add(socket);
        thread("scripted-connection-" + number, () -> serve(socket, number));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      Connection connection = new Connection(socket);
      Reply greeting = greeter.greet(number);
      if (greeting != null && !greeting.on(connection)) {
        return;
      }
      while (true) {
        Request request = read(connection.in, number);
        if (request == null) {
          return;
        }
        requests.add(request);
        if (!handler.handle(request).on(connection)) {
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client has gone or the server closes, as tests intend.
      return;
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in, int number) throws IOException {
    String start = line(in);
    if (start == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    byte[] body;
    if ("chunked".equals(headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT))) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        String size = line(in);
        if (size == null) {
          return null;
        }
        int length = Integer.parseInt(size.strip(), 16);
        byte[] chunk = in.readNBytes(length);
        all.writeBytes(chunk);
        if (line(in) == null || chunk.length < length) {
          return null;
        }
        if (length == 0) {
          break;
        }
      }
      body = all.toByteArray();
    } else {
      int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
      body = in.readNBytes(length);
      if (body.length < length) {
        return null;
      }
    }
    String[] parts = start.split(" ");
    return new Request(parts[0], parts[1], headers, body, number);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }

  /** Closes every connection and accepts no more, as when the process dies. */
  @Override
  public void close() {
    try {
      server.close();
      // Until then a connection could still be accepted.
      acceptor.join(5000);
      for (Socket socket : new ArrayList<>(open)) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
