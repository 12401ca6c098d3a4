package dev.vast4j.internal.assets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Passes bytes on to a server of this machine, notes the requests, and breaks when told to. */
public final class FaultyWire implements AutoCloseable {
  private static final Pattern REQUEST =
      Pattern.compile("(?md)^(GET|HEAD|PUT|POST|DELETE) (/\\S*) HTTP/1.1\\r$");

  private static final Pattern RANGE = Pattern.compile("(?mdi)^Range: (\\S+)\\r$");

  private final int target;
  private final ServerSocket server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final AtomicLong answered = new AtomicLong();

  /** Connections still to break, each after so many bytes of its answer or of its request. */
  private final AtomicInteger answersToBreak = new AtomicInteger();

  private final AtomicInteger requestsToBreak = new AtomicInteger();
  private volatile long breakAfter;

  public FaultyWire(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Breaks the next connections on which that many bytes have been answered. */
  public void breakAnswers(int count, long after) {
    breakAfter = after;
    answersToBreak.set(count);
  }

  /** Breaks the next connections on which that many bytes have been sent. */
  public void breakRequests(int count, long after) {
    breakAfter = after;
    requestsToBreak.set(count);
  }

  /** Method and path of every request, the query left out. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  public List<String> ranges() {
    return List.copyOf(ranges);
  }

  /** Bytes that went back to clients. */
  public long answeredBytes() {
    return answered.get();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "faulty-wire");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        start(() -> pump(client, upstream, true));
        start(() -> pump(upstream, client, false));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pump(Socket from, Socket to, boolean request) {
    AtomicInteger toBreak = request ? requestsToBreak : answersToBreak;
    byte[] buffer = new byte[16 * 1024];
    long total = 0;
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (request) {
          note(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
        if (total > breakAfter && toBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          return;
        }
        out.write(buffer, 0, count);
        out.flush();
        if (!request) {
          answered.addAndGet(count);
        }
      }
    } catch (IOException e) {
      // The other direction closed both ends.
    }
  }

  private void note(String text) {
    REQUEST
        .matcher(text)
        .results()
        .forEach(
            found -> requests.add(found.group(1) + " " + found.group(2).replaceFirst("\\?.*", "")));
    RANGE.matcher(text).results().forEach(found -> ranges.add(found.group(1)));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
