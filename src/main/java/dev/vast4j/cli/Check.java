package dev.vast4j.cli;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The outcome of one check of {@code doctor}.
 *
 * @param name what was checked
 * @param state the outcome
 * @param detail what was found
 * @param fix how to fix it; empty when there is nothing to fix
 */
record Check(String name, State state, String detail, String fix) {
  /** How a check ended. */
  enum State {
    OK,
    WARNING,
    FAILED;

    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check ok(String name, String detail) {
    return new Check(name, State.OK, detail, "");
  }

  static Check warning(String name, String detail, String fix) {
    return new Check(name, State.WARNING, detail, fix);
  }

  static Check failed(String name, String detail, String fix) {
    return new Check(name, State.FAILED, detail, fix);
  }
}
