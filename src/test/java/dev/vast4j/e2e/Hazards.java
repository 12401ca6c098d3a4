package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.ArrayList;
import java.util.List;

/** Functions that do their worker harm, and one that tells what it was given. */
public interface Hazards {
  /** Takes all of the heap that there is. */
  @Remote(idempotent = false)
  default int fillMemory() {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      all.add(new byte[1 << 20]);
    }
  }

  @Remote
  @Benchmark(dataset = "{\"name\": \"HOME\"}", runs = 1)
  default String variable(String name) {
    return String.valueOf(System.getenv(name));
  }

  @Remote
  default long processId() {
    return ProcessHandle.current().pid();
  }
}
