package dev.vast4j.errors;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What workers in error printed last, as exceptions hold and show it. Immutable. */
final class WorkerOutput implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_LINES = 5;

  private final LinkedHashMap<Long, ArrayList<String>> lines = new LinkedHashMap<>();

  WorkerOutput(Map<Long, List<String>> lines) {
    lines.forEach((worker, printed) -> this.lines.put(worker, new ArrayList<>(printed)));
  }

  Map<Long, List<String>> lines() {
    return Collections.unmodifiableMap(lines);
  }

  /** The last lines of the first worker, below a message. */
  static String shown(Map<Long, List<String>> output) {
    return output.entrySet().stream()
        .findFirst()
        .map(
            first -> {
              List<String> lines = first.getValue();
              int start = Math.max(0, lines.size() - SHOWN_LINES);
              return "\nWorker "
                  + first.getKey()
                  + " printed last:\n  "
                  + String.join("\n  ", lines.subList(start, lines.size()));
            })
        .orElse("");
  }
}
