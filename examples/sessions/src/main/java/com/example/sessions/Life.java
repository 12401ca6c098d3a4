package com.example.sessions;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.Sessions;

/** Conway's game of life, on a field that stays on the worker for as long as the session lasts. */
public interface Life {
  /** Makes cells live: those where the rows have an {@code O}. */
  @Remote
  default void draw(int x, int y, String... rows) {
    field().draw(x, y, rows);
  }

  /** Lets time pass; tells how many cells live then. */
  @Remote
  @Benchmark(dataset = "{\"generations\": 10}", runs = 3)
  default long advance(int generations) {
    return field().advance(generations);
  }

  /** A part of the field: only what is looked at travels. */
  @Remote
  default String view(int x, int y, int width, int height) {
    return field().view(x, y, width, height);
  }

  /** The field of the session that the running call belongs to. */
  private Field field() {
    return Sessions.get(Field.class, Field::new);
  }
}
