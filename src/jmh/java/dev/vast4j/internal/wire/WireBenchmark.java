package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encodes and decodes one value in the wire form and, as the baseline, in plain JSON with the same
 * Jackson. The ratio of the two is the cost of the wire form.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx1g"})
@NullUnmarked // JMH calls the setup first
public class WireBenchmark {
  private static final int MILLION = 1_000_000;

  private record Point(String name, double x, double y, List<Integer> tags) {}

  /** The kind of value. */
  @Param({"int", "record", "floats1M", "doubleList1M", "bytes64MB"})
  public String value;

  private final WireCodec codec = WireCodec.standard();
  private final ObjectMapper plain = new ObjectMapper();
  private Object object;
  private Type type;
  private JavaType plainType;
  private int size;

  /** Creates the value. */
  @Setup
  public void prepare() throws IOException {
    switch (value) {
      case "int" -> {
        object = 5;
        type = Integer.class;
      }
      case "record" -> {
        object = new Point("a point", 0.25, 1 / 3.0, List.of(1, 2, 3));
        type = Point.class;
      }
      case "floats1M" -> {
        float[] floats = new float[MILLION];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) Math.sin(i);
        }
        object = floats;
        type = float[].class;
      }
      case "doubleList1M" -> {
        List<Double> doubles = new ArrayList<>(MILLION);
        for (int i = 0; i < MILLION; i++) {
          doubles.add(Math.sin(i));
        }
        object = doubles;
        type = new TypeReference<List<Double>>() {}.getType();
      }
      case "bytes64MB" -> {
        object = new byte[64 << 20];
        type = byte[].class;
      }
      default -> throw new IllegalArgumentException(value);
    }
    plainType = plain.constructType(type);
    size = plain.writeValueAsBytes(object).length + 64;
  }

  /** The wire form. */
  @Benchmark
  public Object wire() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    codec.writeResult(out, object, type, Dialect.JAVA_ARRAYS, "the result");
    return codec.readOutcome(new ByteArrayInputStream(out.toByteArray()), type, "the result");
  }

  /** Plain JSON with the same envelope. */
  @Benchmark
  public Object plainJson() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    plain.writeValue(out, Map.of("result", Map.of("ok", object)));
    try (var parser = plain.createParser(new ByteArrayInputStream(out.toByteArray()))) {
      for (int token = 0; token < 5; token++) {
        parser.nextToken();
      }
      return plain.readValue(parser, plainType);
    }
  }
}
