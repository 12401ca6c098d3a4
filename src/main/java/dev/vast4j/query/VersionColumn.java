package dev.vast4j.query;

/** A column of versions such as {@code 535.86.05}, in which 535.104 comes after 535.86. */
public final class VersionColumn extends OrderedColumn<String> {
  VersionColumn(String name) {
    super(name);
  }

  @Override
  Object encode(String value) {
    return Values.string(name(), value);
  }
}
