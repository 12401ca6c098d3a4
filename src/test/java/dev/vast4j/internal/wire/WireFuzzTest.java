package dev.vast4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vast4j.errors.DecodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

/** Any bytes decode soon, to a value or to a DecodingException. */
@Timeout(10)
class WireFuzzTest {
  private static final WireCodec CODEC = WireCodec.standard();

  record Shape(
      int sides,
      @Nullable String name,
      double[] corners,
      List<Shape> parts,
      Map<String, Long> counts,
      byte[] raw) {}

  private static final Signature FUNCTION =
      new Signature("draw", List.of("shape", "times"), List.of(Shape.class, int.class), true);

  @FuzzTest
  void values(byte[] wire) throws IOException {
    for (Type type : List.of(Object.class, Shape.class, float[].class)) {
      Object value;
      try {
        value = CODEC.readValue(new ByteArrayInputStream(wire), type, "fuzz");
      } catch (DecodingException refused) {
        continue;
      }
      // A decoded value round-trips.
      byte[] once = write(value, type);
      Wire.assertSame(CODEC.readValue(new ByteArrayInputStream(once), type, "fuzz"), value);
    }
  }

  private static byte[] write(@Nullable Object value, Type type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CODEC.writeValue(out, value, type, Dialect.JAVA, "fuzz");
    return out.toByteArray();
  }

  @FuzzTest
  void outcomes(byte[] wire) throws IOException {
    try {
      CODEC.readOutcome(new ByteArrayInputStream(wire), Shape.class, "fuzz");
    } catch (DecodingException refused) {
      // expected
    }
  }

  @FuzzTest
  void calls(byte[] wire) throws IOException {
    try {
      CODEC.readCall(new ByteArrayInputStream(wire), FUNCTION);
    } catch (MalformedCallException refused) {
      // expected
    }
  }
}
