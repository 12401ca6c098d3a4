package com.example.springboot;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the most frequent words of a text. Runs on workers, without Spring. */
public interface Keywords {
  /** Words of five letters or more. */
  Pattern WORD = Pattern.compile("\\p{L}{5,}");

  @Remote(allowParallelRequests = true)
  @Benchmark(
      dataset = "{\"text\": \"workers working on other workers' working hours\", \"most\": 3}")
  default CompletableFuture<List<Keyword>> keywords(String text, int most) {
    Map<String, Long> counts =
        WORD.matcher(text.toLowerCase(Locale.ROOT))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return CompletableFuture.completedFuture(
        counts.entrySet().stream()
            .map(entry -> new Keyword(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingLong(Keyword::count).reversed().thenComparing(Keyword::word))
            .limit(most)
            .toList());
  }

  /**
   * A word and how often it occurs.
   *
   * @param word in lower case
   * @param count 1 or more
   */
  record Keyword(String word, long count) {}
}
