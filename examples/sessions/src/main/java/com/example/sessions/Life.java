package com.example.sessions;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.Sessions;

/** Conway's game of life, on a field that stays on the worker while the session lasts. */
public interface Life {
  /** Brings the cells marked {@code O} in the rows to life. */
  @Remote
  default void draw(int x, int y, String... rows) {
    field().draw(x, y, rows);
  }

  /** Advances the game and returns the number of living cells. */
  @Remote
  @Benchmark(dataset = "{\"generations\": 10}", runs = 3)
  default long advance(int generations) {
    return field().advance(generations);
  }

  /** Returns a part of the field. Only this part travels. */
  @Remote
  default String view(int x, int y, int width, int height) {
    return field().view(x, y, width, height);
  }

  /** Returns the field of this call's session. */
  private Field field() {
    return Sessions.get(Field.class, Field::new);
  }
}
