package dev.vast4j.query;

/** A column of text, compared as a whole. */
public final class TextColumn extends Column<String> {
  TextColumn(String name) {
    super(name, Values::string);
  }
}
