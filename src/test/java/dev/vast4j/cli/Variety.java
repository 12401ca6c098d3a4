package dev.vast4j.cli;

import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Sessions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Functions of many kinds, called by their names. */
public interface Variety {
  /** A value of a type that only the worker knows. */
  record Point(int x, double y) {}

  /** What a session keeps. */
  final class Total {
    private int value;
  }

  static Deployment.Builder deployment() {
    return Deployment.builder("variety")
        .remote(Variety.class)
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16));
  }

  @Remote
  @Benchmark(dataset = "{\"x\": 2}", runs = 2)
  default int square(int x) {
    return x * x;
  }

  @Remote
  default Point move(Point point, boolean far, List<String> names) {
    return new Point(point.x() + (far ? 100 : 1) + names.size(), point.y());
  }

  @Remote
  default Stream<Map<String, Object>> count(int to) {
    return IntStream.range(0, to).mapToObj(i -> Map.of("i", i));
  }

  @Remote
  default String hostile() {
    return "a\u001b[31m\u202e";
  }

  @Remote
  default void failing() {
    throw new IllegalStateException("no\u001b[2Jthing");
  }

  @Remote
  default int add(int n) {
    Total total = Sessions.get(Total.class, Total::new);
    total.value += n;
    return total.value;
  }
}
