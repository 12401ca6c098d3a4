package dev.vast4j.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares a machine with a query, as the service does. */
final class Matching {
  /** Aliases and virtual columns that have the unit of the column they stand for. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "reliability2", "reliability",
          "dphtotal", "dph_total",
          "gpu_totalram_GB", "gpu_total_ram",
          "gpu_ram_GB", "gpu_ram",
          "cpu_ram_GB", "cpu_ram",
          "ubuntu_version", "os_version",
          "allocated_storage", "disk_space",
          "target_reliability", "expected_reliability");

  /** Columns where "equal" asks for that much or more. */
  private static final Set<String> AT_LEAST = Set.of("allocated_storage", "target_reliability");

  private static final BigDecimal MB_PER_GB = BigDecimal.valueOf(1000);
  private static final Pattern VERSION = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,9}");

  private Matching() {}

  static boolean matches(Query query, Map<String, ?> offer) {
    Object actual = value(offer, query.column());
    Operator operator = query.operator();
    if (operator == Operator.EQ && AT_LEAST.contains(query.column())) {
      operator = Operator.GTE;
    }
    if (operator.ordered()) {
      Integer order = compare(actual, query.value());
      return order != null && holds(operator, order);
    }
    boolean found = query.values().stream().anyMatch(wanted -> same(actual, wanted));
    return found == (operator == Operator.EQ || operator == Operator.IN);
  }

  private static boolean holds(Operator operator, int order) {
    return switch (operator) {
      case LT -> order < 0;
      case LTE -> order <= 0;
      case GT -> order > 0;
      case GTE -> order >= 0;
      default -> throw new IllegalArgumentException("not an order: " + operator);
    };
  }

  private static @Nullable Object value(Map<String, ?> offer, String column) {
    Object own = offer.get(column);
    if (own != null) {
      return own;
    }
    return switch (column) {
      case "gpu_totalram" -> {
        BigDecimal gigabytes = number(offer.get("gpu_total_ram"));
        yield gigabytes == null ? null : gigabytes.multiply(MB_PER_GB);
      }
      case "datacenter" -> {
        BigDecimal hosting = number(offer.get("hosting_type"));
        yield hosting == null ? null : hosting.compareTo(BigDecimal.ONE) == 0;
      }
      case "verified" -> {
        Object verification = offer.get("verification");
        yield verification == null ? null : verification.equals("verified");
      }
      default -> offer.get(OTHER_NAMES.getOrDefault(column, column));
    };
  }

  private static boolean same(@Nullable Object actual, @Nullable Object wanted) {
    if (actual instanceof Collection<?> several) {
      return several.stream().anyMatch(one -> same(one, wanted));
    }
    Integer order = compare(actual, wanted);
    return order == null ? actual == null && wanted == null : order == 0;
  }

  /** Returns null if the two have no order. */
  private static @Nullable Integer compare(@Nullable Object actual, @Nullable Object wanted) {
    BigDecimal left = number(actual);
    BigDecimal right = number(wanted);
    if (left != null && right != null) {
      return left.compareTo(right);
    }
    String leftText = text(actual);
    String rightText = text(wanted);
    if (leftText == null || rightText == null) {
      return null;
    }
    if (VERSION.matcher(leftText).matches() && VERSION.matcher(rightText).matches()) {
      return compareVersions(leftText.split("\\.", -1), rightText.split("\\.", -1));
    }
    return leftText.compareTo(rightText);
  }

  private static int compareVersions(String[] left, String[] right) {
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      int order = Integer.compare(part(left, i), part(right, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int part(String[] version, int i) {
    return i < version.length ? Integer.parseInt(version[i]) : 0;
  }

  private static @Nullable BigDecimal number(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Duration duration) {
      return DurationColumn.days(duration);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    if (value instanceof Double || value instanceof Float) {
      // by its text: 0.95f means 0.95
      double real = Double.parseDouble(value.toString());
      return Double.isFinite(real) ? BigDecimal.valueOf(real) : null;
    }
    return value instanceof Number whole ? BigDecimal.valueOf(whole.longValue()) : null;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String || value instanceof GpuName
        ? value.toString().replace('_', ' ')
        : null;
  }
}
