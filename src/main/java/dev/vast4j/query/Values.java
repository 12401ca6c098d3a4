package dev.vast4j.query;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.vast4j.errors.InvalidDeploymentException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks and writes the values of queries. */
final class Values {
  /** Words that the service doesn't read as text. */
  private static final Set<String> RESERVED =
      Set.of("any", "*", "?", "None", "null", "true", "True", "false", "False");

  /**
   * Columns whose values the service scales. The reference client writes whole numbers there
   * without a fraction, whatever their type.
   */
  private static final Set<String> SCALED =
      Set.of("gpu_ram", "cpu_ram", "gpu_total_ram", "duration");

  /** What the service reads as syntax, and what isn't text. */
  private static final Pattern UNWRITABLE =
      Pattern.compile("[\"\\[\\]\\p{Cc}\\p{Cs}]|[\\p{Z}&&[^ ]]");

  private Values() {}

  static InvalidDeploymentException invalid(String column, String problem, String fix) {
    return new InvalidDeploymentException("query on " + column, problem, fix, null);
  }

  /** Converts a number to a Long, a BigInteger if a Long is too small, or a Double. */
  static Number number(String column, Number value) {
    Number canonical = canonical(column, value);
    if (canonical instanceof Double real) {
      if (!Double.isFinite(real)) {
        throw invalid(column, "the value " + real + " isn't a number", "Give a finite number.");
      }
      if (SCALED.contains(column) && real == Math.rint(real)) {
        return whole(new BigDecimal(real).toBigInteger());
      }
    }
    return canonical;
  }

  private static Number canonical(String column, Number value) {
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte) {
      return value.longValue();
    }
    if (value instanceof Double || value instanceof Float) {
      // by its text: 0.1f means 0.1, not 0.10000000149011612
      return Double.valueOf(value.toString());
    }
    if (value instanceof BigInteger integer) {
      return whole(integer);
    }
    if (value instanceof BigDecimal decimal) {
      return isWhole(decimal) ? whole(decimal.toBigInteger()) : (Number) decimal.doubleValue();
    }
    throw invalid(
        column,
        "the type " + value.getClass().getName() + " isn't supported",
        "Give a boxed primitive, a BigInteger or a BigDecimal.");
  }

  private static boolean isWhole(BigDecimal decimal) {
    return decimal.signum() == 0
        || (decimal.precision() - decimal.scale() <= 400
            && decimal.stripTrailingZeros().scale() <= 0);
  }

  private static Number whole(BigInteger integer) {
    return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
  }

  /** Returns the text, if a query can express it. */
  static String string(String column, String value) {
    String problem = problem(value);
    if (problem != null) {
      throw invalid(
          column,
          "the value " + quote(value) + " " + problem,
          isNone(value) ? "Use eq(null)." : "Write the text as the service's search shows it.");
    }
    return value;
  }

  private static boolean isNone(String value) {
    return value.equals("None") || value.equals("null");
  }

  private static @Nullable String problem(String value) {
    if (value.isBlank()) {
      return "is empty";
    }
    if (RESERVED.contains(value)) {
      return isNone(value) ? "is reserved for 'no value'" : "is reserved";
    }
    if ("=<>!,".indexOf(value.charAt(0)) >= 0) {
      return "starts with an operator or a comma";
    }
    if (value.endsWith(",")) {
      return "ends with a comma";
    }
    Matcher unwritable = UNWRITABLE.matcher(value);
    return unwritable.find() ? "contains " + quote(unwritable.group()) : null;
  }

  /** Quotes a value for a message: escapes unprintable characters and cuts long text. */
  static String quote(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      if (i == 80) {
        text.append('…');
        break;
      }
      char c = value.charAt(i);
      boolean space = c != ' ' && Character.isSpaceChar(c);
      if (space || Character.isISOControl(c) || Character.isSurrogate(c)) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }

  /** Writes one value as queries have it. */
  static String text(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Double real) {
      return real(real);
    }
    return value.toString().replace(' ', '_');
  }

  /**
   * Writes a finite double as Python does: the fewest digits that read back as the same double, and
   * an exponent from 1e16 up and below 1e-4.
   */
  static String real(double value) {
    if (value == 0) {
      return Double.toString(value);
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      String digits = shortest.scaleByPowerOfTen(-exponent).toPlainString();
      return String.format(Locale.ROOT, "%se%+03d", digits, exponent);
    }
    String plain = shortest.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static BigDecimal shortest(double value) {
    // Double.toString writes too many digits before JDK 19
    BigDecimal shortest = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    // which never has fewer than two digits, although one is enough for 5e-324
    BigDecimal rounded = shortest.round(new MathContext(1));
    return rounded.doubleValue() == value ? rounded : shortest;
  }
}
