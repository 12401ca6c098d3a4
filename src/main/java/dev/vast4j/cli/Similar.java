package dev.vast4j.cli;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds what somebody who mistyped a name probably meant. */
final class Similar {
  /** A short word holds one slip, a longer one two. */
  private static final int SHORT = 3;

  private Similar() {}

  /** {@return a question such as {@code "; did you mean 'square'?"}, or nothing} */
  static String question(String word, Collection<String> names) {
    Map<Integer, Set<String>> byDistance =
        names.stream()
            .collect(
                Collectors.groupingBy(
                    name -> distance(word, name),
                    TreeMap::new,
                    Collectors.toCollection(TreeSet::new)));
    return byDistance.entrySet().stream()
        .limit(1)
        .filter(nearest -> nearest.getKey() <= (word.length() <= SHORT ? 1 : 2))
        .map(nearest -> "; did you mean '" + String.join("' or '", nearest.getValue()) + "'?")
        .collect(Collectors.joining());
  }

  /** {@return how many letters must be inserted, removed or replaced} */
  private static int distance(String one, String other) {
    int[] costs = new int[other.length() + 1];
    for (int j = 0; j < costs.length; j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j < costs.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(replaced, 1 + Math.min(costs[j], costs[j - 1]));
      }
    }
    return costs[other.length()];
  }
}
