package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query's values may be, and how each is written. */
final class Values {
  /** Words that the service does not read as text. */
  private static final Set<String> RESERVED =
      Set.of("any", "*", "?", "None", "null", "true", "True", "false", "False");

  /**
   * Columns whose values the service multiplies while it reads them. The reference client writes
   * whole numbers there without a fraction, whatever their type was.
   */
  private static final Set<String> SCALED =
      Set.of("gpu_ram", "cpu_ram", "gpu_total_ram", "duration");

  /** Enough for every double: its shortest form never has more digits. */
  private static final int MOST_DIGITS = 17;

  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private Values() {}

  static InvalidDeploymentException invalid(String column, String found, String mend) {
    return new InvalidDeploymentException("query on " + column, found, mend, null);
  }

  /** A number as a Long, a BigInteger where that is too small, or a Double. */
  static Number number(String column, Number value) {
    Number canonical = canonical(column, value);
    if (canonical instanceof Double real) {
      if (!Double.isFinite(real)) {
        throw invalid(column, "the value " + real + " is no number", "Give a finite number.");
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
    if (value instanceof Double) {
      return value;
    }
    if (value instanceof Float) {
      // what was written in the source: 0.1f is meant as 0.1, not as 0.10000000149011612
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
        "a value of the type " + value.getClass().getName(),
        "Give a number of one of Java's primitive types, a BigInteger or a BigDecimal.");
  }

  private static boolean isWhole(BigDecimal decimal) {
    return decimal.signum() == 0
        || (decimal.precision() - decimal.scale() <= 400
            && decimal.stripTrailingZeros().scale() <= 0);
  }

  private static Number whole(BigInteger integer) {
    if (integer.compareTo(LONG_MIN) >= 0 && integer.compareTo(LONG_MAX) <= 0) {
      return integer.longValue();
    }
    return integer;
  }

  /** The text itself, if a query can hold it. */
  static String string(String column, String value) {
    String trouble = trouble(value);
    if (trouble != null) {
      throw invalid(
          column,
          "the value " + quote(value) + " " + trouble,
          "Give the text as the service's search shows it.");
    }
    return value;
  }

  private static @Nullable String trouble(String value) {
    if (value.isBlank()) {
      return "is empty";
    }
    if (RESERVED.contains(value)) {
      return "has a meaning of its own in queries";
    }
    if ("=<>!,".indexOf(value.charAt(0)) >= 0) {
      return "starts with a character that belongs to operators or lists";
    }
    if (value.endsWith(",")) {
      return "ends with a comma";
    }
    for (int i = 0; i < value.length(); ) {
      int point = value.codePointAt(i);
      if (point == '"' || point == '[' || point == ']') {
        return "holds a quote or a bracket";
      }
      if (Character.isISOControl(point)
          || (point != ' ' && (Character.isWhitespace(point) || Character.isSpaceChar(point)))) {
        return "holds a control character or white space other than a space";
      }
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return "holds half of a surrogate pair";
      }
      i += Character.charCount(point);
    }
    return null;
  }

  /** For messages: in quotes, unprintable characters escaped, cut when long. */
  static String quote(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      if (i == 80) {
        text.append('…');
        break;
      }
      char c = value.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }

  /** One value as it stands in a query. */
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
   * A finite double as Python writes it: the fewest digits that read back as the same double, with
   * an exponent from 1e16 up and below 1e-4. {@link Double#toString(double)} has another layout,
   * and before JDK 19 more digits than needed.
   */
  static String real(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = shortest.precision() - shortest.scale() - 1;
    StringBuilder text = new StringBuilder(value < 0 ? "-" : "");
    if (exponent < -4 || exponent >= 16) {
      text.append(digits.charAt(0));
      if (digits.length() > 1) {
        text.append('.').append(digits, 1, digits.length());
      }
      return text.append(exponent < 0 ? "e-" : "e+")
          .append(Math.abs(exponent) < 10 ? "0" : "")
          .append(Math.abs(exponent))
          .toString();
    }
    String plain = shortest.abs().toPlainString();
    text.append(plain);
    return plain.indexOf('.') < 0 ? text.append(".0").toString() : text.toString();
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < MOST_DIGITS; digits++) {
      // Both neighbours: at powers of two the nearest may not read back while the other one does.
      BigDecimal inner = exact.round(new MathContext(digits, RoundingMode.DOWN));
      BigDecimal outer = exact.round(new MathContext(digits, RoundingMode.UP));
      boolean innerFits = inner.doubleValue() == value;
      boolean outerFits = outer.doubleValue() == value;
      if (innerFits && outerFits) {
        int nearer = exact.subtract(inner).abs().compareTo(outer.subtract(exact).abs());
        // of two equally near the even one
        boolean innerWins = nearer < 0 || (nearer == 0 && !inner.unscaledValue().testBit(0));
        return innerWins ? inner : outer;
      }
      if (innerFits || outerFits) {
        return innerFits ? inner : outer;
      }
    }
    return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
  }
}
