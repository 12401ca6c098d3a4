package dev.vast4j.cli;

import java.util.List;
import java.util.Locale;

/** Sizes for people. */
final class Sizes {
  private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");

  private Sizes() {}

  /** {@return a number of bytes as people read it, such as 5.1 MB} */
  static String text(long bytes) {
    if (bytes < 1000) {
      return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < UNITS.size() - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
  }
}
