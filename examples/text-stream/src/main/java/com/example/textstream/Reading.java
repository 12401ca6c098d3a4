package com.example.textstream;

import dev.vast4j.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Reads a book when the worker starts. */
public final class Reading implements Context<WordChain> {
  private final String book;

  public Reading(String book) {
    this.book = book;
  }

  @Override
  public WordChain enter() throws IOException {
    try (InputStream in = Objects.requireNonNull(Reading.class.getResourceAsStream(book), book)) {
      return new WordChain(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
