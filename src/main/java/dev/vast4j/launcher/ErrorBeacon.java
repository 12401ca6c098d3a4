package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports to the engine every ten seconds why there is no worker. Needs only the JDK, since the
 * reason may be a missing jar. Thread-safe.
 */
public final class ErrorBeacon implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** The version of the worker protocol, in the format that the engine expects. */
  public static final String PROTOCOL_VERSION = "1.1.0";

  private final Map<String, String> environment;
  private final EngineHttp http = new EngineHttp(DEADLINE);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile String message;

  private ErrorBeacon(Map<String, String> environment, String message) {
    this.environment = Map.copyOf(environment);
    this.message = message;
    this.thread = new Thread(this::run, "vast4j-beacon");
    thread.setDaemon(true);
  }

  /**
   * Starts to report.
   *
   * @param environment the worker's environment variables
   * @param message the problem and the fix
   * @return the beacon; close it once the problem is fixed
   */
  public static ErrorBeacon start(Map<String, String> environment, String message) {
    ErrorBeacon beacon = new ErrorBeacon(environment, message);
    beacon.thread.start();
    return beacon;
  }

  /**
   * Changes the message of the next reports.
   *
   * @param text the problem and the fix
   */
  public void message(String text) {
    message = text;
  }

  /** Stops reporting. Does not wait for a report in progress. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }

  /**
   * Blocks until the beacon is closed.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void await() throws InterruptedException {
    closed.await();
  }

  private void run() {
    try (http) {
      do {
        report();
      } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      // Only close() interrupts.
      Thread.currentThread().interrupt();
    }
  }

  private void report() {
    String container = environment.get("CONTAINER_ID");
    if (container == null || !container.strip().matches("[0-9]{1,18}")) {
      System.err.println("vast4j: cannot report to the engine: CONTAINER_ID is not set");
      return;
    }
    byte[] body = json(container.strip()).getBytes(StandardCharsets.UTF_8);
    for (String address : text("REPORT_ADDR", "https://run.vast.ai").split(",", -1)) {
      String base = address.strip().replaceFirst("/+$", "");
      if (base.isEmpty()) {
        continue;
      }
      try {
        if (http.postJson(base + "/worker_status/", body).status() < 400) {
          return;
        }
      } catch (IOException e) {
        System.err.println("vast4j: cannot report to the engine: " + e.getMessage());
      }
    }
  }

  private String json(String container) {
    return String.format(
        Locale.ROOT,
        "{\"id\": %s, \"mtoken\": %s, \"version\": \"%s\", \"loadtime\": 0.0, \"cur_load\": 0.0,"
            + " \"rej_load\": 0.0, \"new_load\": 0.0, \"error_msg\": %s, \"max_perf\": 0.0,"
            + " \"cur_perf\": 0.0, \"cur_capacity\": 0, \"max_capacity\": 0,"
            + " \"num_requests_working\": 0, \"num_requests_recieved\": 0,"
            + " \"additional_disk_usage\": 0.0, \"working_request_idxs\": [], \"url\": %s}",
        container,
        quoted(text("MASTER_TOKEN", "")),
        PROTOCOL_VERSION,
        quoted(message),
        quoted(url()));
  }

  private String url() {
    String port = text("WORKER_PORT", "3000");
    return (text("USE_SSL", "").equals("true") ? "https://" : "http://")
        + text("PUBLIC_IPADDR", "127.0.0.1")
        + ":"
        + text("VAST_TCP_PORT_" + port, port);
  }

  private String text(String name, String otherwise) {
    @Nullable String value = environment.get(name);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }

  /** {@return the text as a JSON string} */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
