package com.example.textstream;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.stream.Stream;

/** Tells stories, one word at a time. */
public interface Story {
  /** A call that returns a stream delivers each element as soon as the worker has it. */
  @Remote(allowParallelRequests = true, workload = Words.class)
  @Benchmark(dataset = "{\"start\": \"Alice\", \"words\": 5}", runs = 3)
  Stream<String> tell(String start, int words);

  /** Returns what the answering worker is doing. */
  @Remote(allowParallelRequests = true)
  Activity activity();

  /**
   * What a worker is doing.
   *
   * @param telling stories in progress
   * @param words words told since it started
   */
  record Activity(int telling, long words) {}

  /** Computes the workload of a call: routing and scaling count words instead of calls. */
  final class Words {
    public double workload(String start, int words) {
      return words;
    }
  }
}
