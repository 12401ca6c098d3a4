package dev.vast4j.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy: answers plain requests itself, with an empty list of deployments, and tunnels to
 * one server whatever host is named. Wants a log-in if it is given one.
 */
public final class TestProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final String login;
  private final int target;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public TestProxy(String login, int target) throws IOException {
    this.login = login;
    this.target = target;
    start(
        () -> {
          while (true) {
            Socket socket = listener.accept();
            start(() -> serve(socket));
          }
        });
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The request lines that were let through. */
  public List<String> requests() {
    return requests;
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // closed
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket socket) throws IOException {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      String line;
      while ((line = line(in)) != null) {
        String given = "";
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
          if (header.toLowerCase(Locale.ROOT).startsWith("proxy-authorization: basic ")) {
            given = new String(Base64.getDecoder().decode(header.substring(27)), UTF_8);
          }
        }
        if (!given.equals(login)) {
          write(out, "407 No", "Proxy-Authenticate: Basic realm=\"acme\"\r\n", "");
          continue;
        }
        requests.add(line);
        if (!line.startsWith("CONNECT ")) {
          write(out, "200 OK", "Content-Type: application/json\r\n", "{\"deployments\":[]}");
          continue;
        }
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
          out.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(ISO_8859_1));
          start(() -> server.getInputStream().transferTo(out));
          in.transferTo(server.getOutputStream());
          return;
        }
      }
    }
  }

  private static void write(OutputStream out, String status, String headers, String body)
      throws IOException {
    String text =
        "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n";
    out.write((text + body).getBytes(ISO_8859_1));
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
