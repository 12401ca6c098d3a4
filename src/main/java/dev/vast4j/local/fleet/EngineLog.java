package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One endpoint's log, by level, of bounded size. Guarded by the engine's lock. */
final class EngineLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.vast4j.local");
  private static final int LINES = 1000;

  /** The service's log levels, from the most important lines to all. */
  enum Level {
    INFO0,
    INFO1,
    TRACE,
    DEBUG
  }

  private final String name;
  private final EngineServices services;
  private final FleetHistory history;
  private final Map<Level, Deque<String>> lines = new EnumMap<>(Level.class);

  EngineLog(String name, EngineServices services, FleetHistory history) {
    this.name = name;
    this.history = history;
    this.services = services;
    for (Level level : Level.values()) {
      lines.put(level, new ArrayDeque<>());
    }
  }

  /** Logs what happened to the deployment or a worker. */
  void event(String text) {
    add(Level.INFO0, text);
    LOG.info("{}: {}", name, text);
  }

  /** Logs a change of the deployment, which the page's charts mark. */
  void update(String text) {
    event(text);
    history.mark(FleetHistory.Kind.UPDATE, text, services.now());
  }

  /** Logs a failure, which the page's charts mark. */
  void warn(String text) {
    add(Level.INFO0, "WARN " + text);
    history.mark(FleetHistory.Kind.FAILURE, firstLine(text), services.now());
    LOG.warn("{}: {}", name, text);
  }

  /** Logs what scaling decided, and why; the page's charts mark it. */
  void decision(String text) {
    add(Level.INFO1, text);
    history.mark(FleetHistory.Kind.SCALING, text, services.now());
    LOG.debug("{}: {}", name, text);
  }

  /** Logs a detail of a request or a boot. */
  void trace(String text) {
    add(Level.TRACE, text);
  }

  /** Logs a line that a worker printed. */
  void output(long worker, String line) {
    add(Level.DEBUG, "worker " + worker + ": " + line);
    LOG.debug("{}: worker {}: {}", name, worker, line);
  }

  private void add(Level level, String text) {
    Deque<String> deque = lines(level);
    if (deque.size() == LINES) {
      deque.removeFirst();
    }
    deque.addLast(Instant.ofEpochMilli(Math.round(services.now() * 1000)) + " " + text);
  }

  List<String> tail(Level level, int count) {
    Deque<String> deque = lines(level);
    return deque.stream().skip(Math.max(0, deque.size() - count)).toList();
  }

  /** {@return the first line of a text} */
  static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  ObjectNode toJson(int tail) {
    ObjectNode json = ServiceJson.object();
    json.put("info0", String.join("\n", tail(Level.INFO0, tail)));
    json.put("info1", String.join("\n", tail(Level.INFO1, tail)));
    json.put("trace", String.join("\n", tail(Level.TRACE, tail)));
    json.put("debug", String.join("\n", tail(Level.DEBUG, tail)));
    return json;
  }

  private Deque<String> lines(Level level) {
    Deque<String> deque = lines.get(level);
    if (deque == null) {
      throw new IllegalStateException("no such level: " + level);
    }
    return deque;
  }
}
