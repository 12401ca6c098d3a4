package dev.vast4j.query;

/** A column that is true or false. */
public final class BooleanColumn extends Column<Boolean> {
  BooleanColumn(String name) {
    super(name, (column, value) -> value);
  }
}
