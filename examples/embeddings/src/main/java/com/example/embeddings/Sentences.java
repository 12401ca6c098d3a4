package com.example.embeddings;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What is compared: two sentences for each meaning. */
final class Sentences {
  static final List<String> ALL =
      List.of(
          "The cat sleeps on the sofa.",
          "Water boils at a hundred degrees.",
          "The train to Berlin is late.",
          "She plays the violin in an orchestra.",
          "Our team won the football match.",
          "The bank raised its interest rates.",
          "Bake the bread for forty minutes.",
          "The doctor prescribed antibiotics.",
          "A kitten is napping on the couch.",
          "At 100 °C a liquid like this turns into steam.",
          "There is a delay on the railway line to the capital.",
          "He is a musician who performs on the cello.",
          "The players celebrated their victory in the stadium.",
          "Mortgages have become more expensive.",
          "Leave the loaf in the oven until it is brown.",
          "Take this medicine against the infection twice a day.");

  private Sentences() {}

  static String any() {
    return ALL.get(ThreadLocalRandom.current().nextInt(ALL.size()));
  }
}
