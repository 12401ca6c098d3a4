package dev.vast4j.errors;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What workers in error printed last, as exceptions hold and show it. Immutable. */
final class WorkerOutput implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_LINES = 5;

  /** Frames of a stack trace that are not of the user's code. */
  private static final Pattern NOT_THEIRS =
      Pattern.compile(
          "\\s+(?:at (?:[\\w.@-]*/)*(?:javax?|jdk|sun|dev\\.vast4j)\\..*|\\.{3} \\d+ more)");

  private final LinkedHashMap<Long, ArrayList<String>> lines = new LinkedHashMap<>();

  WorkerOutput(Map<Long, List<String>> lines) {
    lines.forEach((worker, printed) -> this.lines.put(worker, new ArrayList<>(printed)));
  }

  Map<Long, List<String>> lines() {
    return Collections.unmodifiableMap(lines);
  }

  /** The last lines of the first worker that tell the user something, below a message. */
  static String shown(Map<Long, List<String>> output) {
    return output.entrySet().stream()
        .findFirst()
        .map(
            first -> {
              List<String> all = first.getValue();
              List<String> told =
                  all.stream().filter(line -> !NOT_THEIRS.matcher(line).matches()).toList();
              List<String> lines = told.isEmpty() ? all : told;
              int start = Math.max(0, lines.size() - SHOWN_LINES);
              return "\nWorker "
                  + first.getKey()
                  + " printed last:\n  "
                  + String.join("\n  ", lines.subList(start, lines.size()));
            })
        .orElse("");
  }
}
