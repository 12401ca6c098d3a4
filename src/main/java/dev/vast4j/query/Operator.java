package dev.vast4j.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a {@link Query} compares a column with its value. */
public enum Operator {
  /** Equal to the value. */
  EQ("= == eq"),
  /** Not equal to the value. */
  NE("!= neq noteq"),
  /** Less than the value. */
  LT("< lt"),
  /** Less than or equal to the value. */
  LTE("<= lte"),
  /** Greater than the value. */
  GT("> gt"),
  /** Greater than or equal to the value. */
  GTE(">= gte"),
  /** Equal to one of the values. */
  IN("in"),
  /** Equal to none of the values. */
  NOT_IN("notin nin");

  /** The spelling that queries are written with, then others that are read. */
  private final String spellings;

  Operator(String spellings) {
    this.spellings = spellings;
  }

  static @Nullable Operator find(String spelling) {
    for (Operator operator : values()) {
      if (operator.spellings().contains(spelling)) {
        return operator;
      }
    }
    return null;
  }

  private List<String> spellings() {
    return List.of(spellings.split(" ", -1));
  }

  String text() {
    return spellings().get(0);
  }

  boolean takesList() {
    return this == IN || this == NOT_IN;
  }

  boolean ordered() {
    return this == LT || this == LTE || this == GT || this == GTE;
  }
}
