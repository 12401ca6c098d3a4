package dev.vast4j.cli;

import dev.vast4j.api.WorkerInfo;
import org.jspecify.annotations.Nullable;

/** How a piece of text looks on a terminal. */
enum Style {
  PLAIN(""),
  BOLD("1"),
  FAINT("2"),
  RED("31"),
  GREEN("32"),
  YELLOW("33");

  private final String code;

  Style(String code) {
    this.code = code;
  }

  String apply(String text) {
    return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }

  static Style of(WorkerInfo worker) {
    return switch (worker.state()) {
      case IDLE -> GREEN;
      case ERROR -> RED;
      case STOPPED, UNKNOWN -> PLAIN;
      default -> YELLOW;
    };
  }

  static Style ofEndpointState(@Nullable String state) {
    return state == null ? PLAIN : state.equals("active") ? GREEN : YELLOW;
  }
}
