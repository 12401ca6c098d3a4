package dev.vast4j.reference;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;

/** Has arrays where Python has lists. */
public interface NumberLists {
  @Remote
  @Benchmark(dataset = "{\"numbers\": [1.5]}", runs = 2)
  default float[] twice(float[] numbers) {
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = 2 * numbers[i];
    }
    return result;
  }

  @Remote
  default int[][] rows(int[][] numbers) {
    return numbers;
  }
}
