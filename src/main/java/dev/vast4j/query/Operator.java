package dev.vast4j.query;

/** How a {@link Query} compares a column with its value. */
public enum Operator {
  /** Equal to the value. */
  EQ("="),
  /** Not equal to the value. */
  NE("!="),
  /** Less than the value. */
  LT("<"),
  /** Less than the value, or equal to it. */
  LTE("<="),
  /** Greater than the value. */
  GT(">"),
  /** Greater than the value, or equal to it. */
  GTE(">="),
  /** Equal to one of the values. */
  IN(" in "),
  /** Equal to none of the values. */
  NOT_IN(" notin ");

  private final String text;

  Operator(String text) {
    this.text = text;
  }

  /** As it stands between column and value, with the spaces around it that it needs. */
  String text() {
    return text;
  }

  boolean takesList() {
    return this == IN || this == NOT_IN;
  }

  boolean ordered() {
    return this == LT || this == LTE || this == GT || this == GTE;
  }
}
