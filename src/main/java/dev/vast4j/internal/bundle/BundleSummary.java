package dev.vast4j.internal.bundle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a bundle by name, to tell what changed since. Small enough to keep; holds digests
 * only, and no value of an environment variable.
 *
 * @param parts part of the bundle ({@code code}, {@code files}, {@code pip}, …) to the names in it
 *     and a digest of each
 */
public record BundleSummary(SortedMap<String, SortedMap<String, String>> parts) {
  private static final String FORMAT = "vast4j summary 1";
  private static final int MAX_NAMES = 5;
  private static final Set<String> FILES = Set.of("code", "files", "start-up");

  /** Copies the maps. */
  public BundleSummary {
    SortedMap<String, SortedMap<String, String>> copy = new TreeMap<>();
    parts.forEach((part, names) -> copy.put(part, new TreeMap<>(names)));
    parts = copy;
  }

  /**
   * Compares with an earlier bundle, part by part.
   *
   * @param earlier the earlier bundle
   * @return lines such as {@code code: 2 files changed, 1 added: a.py, b.py, +c.py}; empty when
   *     nothing differs
   */
  public List<String> changesSince(BundleSummary earlier) {
    SortedMap<String, SortedMap<String, String>> all = new TreeMap<>(earlier.parts);
    all.putAll(parts);
    List<String> lines = new ArrayList<>();
    for (String part : all.keySet()) {
      SortedMap<String, String> before = earlier.parts.getOrDefault(part, new TreeMap<>());
      SortedMap<String, String> after = parts.getOrDefault(part, new TreeMap<>());
      if (!before.equals(after)) {
        lines.add(part + ": " + describe(before, after, FILES.contains(part)));
      }
    }
    return lines;
  }

  private static String describe(
      Map<String, String> before, Map<String, String> after, boolean files) {
    SortedMap<String, String> names = new TreeMap<>();
    int changed = 0;
    int added = 0;
    int removed = 0;
    for (Map.Entry<String, String> entry : after.entrySet()) {
      String old = before.get(entry.getKey());
      if (old == null) {
        added++;
        names.put(entry.getKey(), "+" + entry.getKey());
      } else if (!old.equals(entry.getValue())) {
        changed++;
        names.put(entry.getKey(), entry.getKey());
      }
    }
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        removed++;
        names.put(name, "-" + name);
      }
    }
    List<String> counts = new ArrayList<>();
    count(counts, changed, files, "changed");
    count(counts, added, files, "added");
    count(counts, removed, files, "removed");
    List<String> shown = new ArrayList<>(names.values());
    String rest = "";
    if (shown.size() > MAX_NAMES) {
      rest = ", and " + (shown.size() - MAX_NAMES) + " more";
      shown = shown.subList(0, MAX_NAMES);
    }
    return String.join(", ", counts) + ": " + String.join(", ", shown) + rest;
  }

  private static void count(List<String> counts, int number, boolean files, String what) {
    if (number > 0) {
      String unit = !files || !counts.isEmpty() ? " " : number == 1 ? " file " : " files ";
      counts.add(number + unit + what);
    }
  }

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    parts.forEach(
        (part, names) ->
            names.forEach(
                (name, digest) ->
                    text.append(escaped(part))
                        .append('\t')
                        .append(escaped(name))
                        .append('\t')
                        .append(digest)
                        .append('\n')));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static Optional<BundleSummary> parse(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
      return Optional.empty();
    }
    SortedMap<String, SortedMap<String, String>> parts = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 3) {
        return Optional.empty();
      }
      parts
          .computeIfAbsent(unescaped(fields[0]), part -> new TreeMap<>())
          .put(unescaped(fields[1]), fields[2]);
    }
    return Optional.of(new BundleSummary(parts));
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("\t", "%09").replace("\n", "%0A").replace("\r", "%0D");
  }

  private static String unescaped(String text) {
    return text.replace("%09", "\t").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
  }
}
