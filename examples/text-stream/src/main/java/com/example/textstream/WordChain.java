package com.example.textstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Knows which words follow which: a minimal language model. Thread-safe. */
final class WordChain {
  private final List<String> words;
  private final Map<String, List<String>> following = new HashMap<>();

  WordChain(String text) {
    words = List.of(text.split("\\s+"));
    for (int i = 1; i < words.size(); i++) {
      following.computeIfAbsent(words.get(i - 1), word -> new ArrayList<>()).add(words.get(i));
    }
  }

  /** Returns a word that may follow. */
  String after(String word) {
    List<String> choice = following.getOrDefault(word, words);
    return choice.get(ThreadLocalRandom.current().nextInt(choice.size()));
  }
}
