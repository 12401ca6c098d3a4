package dev.vast4j.query;

/** A column of text, compared as a whole. */
public final class TextColumn extends Column<String> {
  TextColumn(String name) {
    super(name);
  }

  @Override
  Object encode(String value) {
    return Values.string(name(), value);
  }
}
