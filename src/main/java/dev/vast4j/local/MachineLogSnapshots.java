package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * The output of workers, put aside on request and fetched by a URL that only the requester knows,
 * as the service does it by an object store. Keeps the latest snapshots. Thread-safe.
 */
final class MachineLogSnapshots {
  /** The resource of the web API that snapshots are fetched from; it needs no key. */
  static final String RESOURCE = "log_snapshots";

  private static final int KEPT = 20;
  private static final int LINES = 1000;

  private final Engine engine;
  private final LongFunction<List<String>> output;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, String> snapshots = new LinkedHashMap<>();

  /**
   * Creates the snapshots.
   *
   * @param output returns the last lines of a worker's output; empty when the worker is unknown
   */
  MachineLogSnapshots(Engine engine, LongFunction<List<String>> output) {
    this.engine = engine;
    this.output = output;
  }

  /** Answers a request for the log of a worker. */
  ObjectNode request(long worker, ObjectNode request) {
    List<String> lines = output.apply(worker);
    Optional<List<String>> engineLines = engine.linesAbout(worker);
    if (engineLines.isEmpty() && lines.isEmpty()) {
      throw ServiceError.notFound("invalid_id", "no worker " + worker);
    }
    boolean daemon = "true".equals(ServiceJson.text(request, "daemon_logs"));
    List<String> chosen = daemon ? engineLines.orElse(List.of()) : lines;
    String filter = ServiceJson.text(request, "filter");
    Stream<String> matching =
        filter == null ? chosen.stream() : chosen.stream().filter(line -> line.contains(filter));
    List<String> all = matching.toList();
    List<String> last = all.subList(Math.max(0, all.size() - tail(request)), all.size());
    String token = put(String.join("\n", last));
    return ServiceJson.object()
        .put("success", true)
        .put("result_url", engine.url() + "/api/v0/" + RESOURCE + "/" + token);
  }

  private static int tail(ObjectNode request) {
    String text = ServiceJson.text(request, "tail");
    if (text == null) {
      return LINES;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw ServiceError.invalid("tail must be a number of lines");
    }
    return Integer.parseInt(text);
  }

  private String put(String text) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    synchronized (snapshots) {
      snapshots.put(token, text);
      if (snapshots.size() > KEPT) {
        snapshots.remove(snapshots.keySet().iterator().next());
      }
    }
    return token;
  }

  /** {@return a snapshot} Throws ServiceError for an unknown or expired token. */
  String snapshot(String token) {
    synchronized (snapshots) {
      String text = snapshots.get(token);
      if (text == null) {
        throw ServiceError.notFound("not_found", "no such snapshot");
      }
      return text;
    }
  }
}
