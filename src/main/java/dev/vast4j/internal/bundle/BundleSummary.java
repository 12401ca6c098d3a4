package dev.vast4j.internal.bundle;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a bundle by name, small enough to keep, for telling what changed. It holds no
 * value of an environment variable.
 *
 * @param parts part of the bundle ({@code code}, {@code pip}, {@code apt}, {@code env}, {@code
 *     scripts}, {@code files}, …) to the names in it and a digest of each
 */
public record BundleSummary(SortedMap<String, SortedMap<String, String>> parts) {

  /** Copies the maps. */
  public BundleSummary {
    SortedMap<String, SortedMap<String, String>> copy = new TreeMap<>();
    for (Map.Entry<String, SortedMap<String, String>> part : parts.entrySet()) {
      copy.put(part.getKey(), new TreeMap<>(part.getValue()));
    }
    parts = copy;
  }

  /**
   * What differs from an earlier bundle, part by part.
   *
   * @param earlier the bundle before
   * @return lines such as {@code code: 3 files changed: a.py, b.py, c.py}; empty when nothing does
   */
  public List<String> changesSince(BundleSummary earlier) {
    throw new UnsupportedOperationException(earlier.toString());
  }
}
