package dev.vast4j.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A search for offers on the market. Immutable.
 *
 * @param requirements what a machine must meet, with the defaults that it starts from
 * @param storage disk space to price, in GB, 0 or more
 * @param limit the largest number of offers to return, 1 to 10,000
 */
public record OfferSearch(SearchParams requirements, double storage, int limit) {
  private static final int MOST = 10_000;
  private static final BigDecimal MB_PER_GB = BigDecimal.valueOf(1000);

  /** What the market counts in smaller units than queries do, by column. */
  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "cpu_ram", MB_PER_GB,
          "gpu_ram", MB_PER_GB,
          "gpu_total_ram", MB_PER_GB,
          "duration", BigDecimal.valueOf(86_400));

  /** Columns that stand for another one in the same unit as queries have it. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "gpu_ram_GB", "gpu_ram",
          "cpu_ram_GB", "cpu_ram",
          "gpu_totalram_GB", "gpu_total_ram",
          "dphtotal", "dph_total");

  /**
   * Creates a search.
   *
   * @param requirements what a machine must meet, with the defaults that it starts from
   * @param storage disk space to price, in GB, 0 or more
   * @param limit the largest number of offers to return, 1 to 10,000
   * @throws InvalidDeploymentException when a number is out of its bounds
   */
  public OfferSearch {
    if (!(storage >= 0) || storage == Double.POSITIVE_INFINITY) {
      throw new InvalidDeploymentException(
          "the search for offers", "storage is " + storage, "Give 0 or more GB", null);
    }
    if (limit < 1 || limit > MOST) {
      throw new InvalidDeploymentException(
          "the search for offers", "limit is " + limit, "Give 1 to " + MOST, null);
    }
  }

  /**
   * Reads a search as people write it, such as {@code gpu_name in RTX_4090 gpu_ram>=24}. It starts
   * from {@code verified=true external=false rentable=true rented=false}; {@code verified=any}
   * removes one of these.
   *
   * @param text terms, separated by spaces; {@link SearchParams#parse} describes them
   * @param storage disk space to price, in GB
   * @param limit the largest number of offers to return
   * @return a search
   * @throws InvalidDeploymentException when the text isn't valid or a number is out of its bounds
   */
  public static OfferSearch parse(String text, double storage, int limit) {
    SearchParams.parse(text); // so that positions in messages are those of the text
    return new OfferSearch(
        SearchParams.parse("verified=true external=false rentable=true rented=false " + text),
        storage,
        limit);
  }

  /** Writes the request as the service reads it, in its own units. */
  ObjectNode toJson() {
    ObjectNode body = JsonFields.object();
    body.putArray("select_cols").add("*");
    ObjectNode q = body.putObject("q");
    for (Query query : requirements.queries()) {
      String column = ALIASES.getOrDefault(query.column(), query.column());
      ObjectNode comparisons =
          q.get(column) instanceof ObjectNode earlier ? earlier : q.putObject(column);
      String operator = operator(query);
      if (query.value() instanceof List<?> several) {
        ArrayNode array = comparisons.putArray(operator);
        several.forEach(one -> array.addPOJO(value(column, one)));
      } else {
        comparisons.putPOJO(operator, value(column, query.value()));
      }
    }
    q.putArray("order").addArray().add("dph_total").add("asc");
    q.put("type", "on-demand");
    q.put("limit", limit);
    JsonFields.put(q, "allocated_storage", storage);
    return body;
  }

  private static String operator(Query query) {
    return switch (query.operator()) {
      case EQ -> "eq";
      case NE -> "neq";
      case LT -> "lt";
      case LTE -> "lte";
      case GT -> "gt";
      case GTE -> "gte";
      case IN -> "in";
      case NOT_IN -> "notin";
    };
  }

  private static @Nullable Object value(String column, @Nullable Object value) {
    BigDecimal unit = UNITS.get(column);
    if (unit != null && value instanceof Number number) {
      BigDecimal scaled = new BigDecimal(number.toString()).multiply(unit).stripTrailingZeros();
      return scaled.scale() <= 0 ? scaled.toBigIntegerExact() : scaled;
    }
    if (value instanceof String text) {
      return column.equals("driver_version") ? driver(text) : text.replace('_', ' ');
    }
    return value;
  }

  /** The market has driver versions as numbers: 535.86.05 is 535086005. */
  private static Object driver(String version) {
    if (!version.matches("\\d{1,6}(\\.\\d{1,3}){2}")) {
      return version;
    }
    String[] parts = version.split("\\.", -1);
    return Long.parseLong(parts[0]) * 1_000_000
        + Long.parseLong(parts[1]) * 1000
        + Long.parseLong(parts[2]);
  }
}
