package dev.vast4j.query;

/** A column of versions such as {@code 535.86.05}, where 535.104 comes after 535.86. */
public final class VersionColumn extends OrderedColumn<String> {
  VersionColumn(String name) {
    super(name, Values::string);
  }
}
