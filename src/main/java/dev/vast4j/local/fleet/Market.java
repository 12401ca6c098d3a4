package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.query.GpuName;
import dev.vast4j.query.Operator;
import dev.vast4j.query.Query;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A small simulated market of machines. Offers have the columns that filters use most; other
 * columns are not checked.
 */
public final class Market {
  /**
   * An offer.
   *
   * @param id its id
   * @param columns by name, as the search language names them
   */
  record Offer(int id, Map<String, Object> columns) {
    Offer {
      columns = Map.copyOf(columns);
    }

    double number(String column) {
      return columns.get(column) instanceof Number number ? number.doubleValue() : 0;
    }

    /**
     * {@return whether the machine meets the query; a column that the offer lacks is not checked}
     */
    boolean meets(Query query) {
      return !columns.containsKey(query.column()) || query.matches(columns);
    }

    ObjectNode toJson() {
      ObjectNode json = ServiceJson.object();
      new TreeMap<>(columns)
          .forEach(
              (column, value) -> {
                Integer unit = UNITS.get(column);
                json.putPOJO(
                    column, unit != null && value instanceof Integer i ? (long) i * unit : value);
              });
      return json.put("reliability2", number("reliability")).put("verification", "verified");
    }

    String gpuName() {
      return String.valueOf(columns.get("gpu_name"));
    }
  }

  /** What the web API counts in smaller units than queries do, by column. */
  private static final Map<String, Integer> UNITS =
      Map.of("gpu_ram", 1000, "gpu_total_ram", 1000, "cpu_ram", 1000, "duration", 86_400);

  /** The id of offers for GPUs that are not listed. */
  private static final int UNLISTED = 1000;

  private static final List<Offer> OFFERS =
      List.of(
          offer(1, "RTX 3060", 12, 1, 0.08, "PL", 12.0, 8.6),
          offer(2, "RTX 3090", 24, 1, 0.19, "US", 45.0, 8.6),
          offer(3, "RTX 3090 Ti", 24, 1, 0.22, "CZ", 48.0, 8.6),
          offer(4, "RTX 4070", 12, 1, 0.14, "DE", 35.0, 8.9),
          offer(5, "RTX 4080", 16, 1, 0.24, "SE", 60.0, 8.9),
          offer(6, "RTX 4090", 24, 1, 0.38, "US", 95.0, 8.9),
          offer(7, "RTX 4090", 24, 4, 1.52, "NO", 380.0, 8.9),
          offer(8, "RTX 5080", 16, 1, 0.29, "FR", 85.0, 12.0),
          offer(9, "RTX 5090", 32, 1, 0.52, "US", 150.0, 12.0),
          offer(10, "RTX A6000", 48, 1, 0.45, "CA", 60.0, 8.6),
          offer(11, "RTX 6000Ada", 48, 1, 0.78, "US", 100.0, 8.9),
          offer(12, "RTX PRO 6000 WS", 96, 1, 1.05, "US", 170.0, 12.0),
          offer(13, "Tesla T4", 16, 1, 0.12, "TW", 12.0, 7.5),
          offer(14, "Tesla V100", 32, 1, 0.22, "US", 30.0, 7.0),
          offer(15, "A10", 24, 1, 0.20, "GB", 40.0, 8.6),
          offer(16, "A40", 48, 1, 0.38, "US", 50.0, 8.6),
          offer(17, "A100 PCIE", 80, 1, 0.78, "NL", 75.0, 8.0),
          offer(18, "A100 SXM4", 80, 8, 6.40, "US", 620.0, 8.0),
          offer(19, "L4", 24, 1, 0.28, "US", 30.0, 8.9),
          offer(20, "L40S", 48, 1, 0.62, "JP", 95.0, 8.9),
          offer(21, "H100 PCIE", 80, 1, 1.85, "US", 160.0, 9.0),
          offer(22, "H100 SXM", 80, 8, 16.0, "US", 1600.0, 9.0),
          offer(23, "H100 NVL", 94, 1, 2.00, "FI", 170.0, 9.0),
          offer(24, "H200", 141, 1, 2.40, "US", 190.0, 9.0),
          offer(25, "B200", 180, 1, 3.80, "US", 320.0, 10.0));

  private Market() {}

  private static Offer offer(
      int id,
      String gpu,
      int gpuRam,
      int gpus,
      double price,
      String country,
      double dlperf,
      double compute) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("id", id);
    columns.put("gpu_name", gpu);
    columns.put("gpu_ram", gpuRam);
    columns.put("num_gpus", gpus);
    columns.put("gpu_total_ram", gpuRam * gpus);
    columns.put("cpu_cores", 16 * gpus);
    columns.put("cpu_cores_effective", 16 * gpus);
    columns.put("cpu_ram", 64 * gpus);
    columns.put("disk_space", 1000);
    columns.put("inet_up", 800);
    columns.put("inet_down", 900);
    columns.put("dph_total", price);
    columns.put("dlperf", dlperf);
    columns.put("compute_cap", Math.round(compute * 100));
    columns.put("cuda_max_good", 13.0);
    columns.put("reliability", 0.995);
    columns.put("geolocation", country);
    columns.put("direct_port_count", 100);
    columns.put("duration", 30);
    columns.put("verified", true);
    columns.put("rentable", true);
    columns.put("rented", false);
    return new Offer(id, columns);
  }

  /**
   * Answers a search for offers. Throws ServiceError when the search is malformed.
   *
   * @param q the columns with their comparisons in the market's units, {@code order}, {@code limit}
   *     and {@code allocated_storage}
   */
  public static ArrayNode search(ObjectNode q) {
    ObjectNode comparisons = ServiceJson.object();
    for (Map.Entry<String, JsonNode> entry : q.properties()) {
      if (entry.getValue().isObject()) {
        comparisons.set(entry.getKey(), inQueryUnits(entry.getKey(), entry.getValue()));
      }
    }
    List<Query> search = Search.of(comparisons);
    double storage = ServiceJson.number(q, "allocated_storage", 0);
    JsonNode order = q.path("order").path(0);
    String by = order.path(0).asText("dph_total");
    Comparator<Offer> ascending = Comparator.comparingDouble(offer -> offer.number(by));
    ArrayNode offers = ServiceJson.object().arrayNode();
    Stream.concat(OFFERS.stream(), askedFor(search))
        .filter(offer -> offer.number("disk_space") >= storage)
        .filter(offer -> search.stream().allMatch(offer::meets))
        .sorted(order.path(1).asText().equals("desc") ? ascending.reversed() : ascending)
        .limit(Math.max(0, (long) ServiceJson.number(q, "limit", OFFERS.size() + 1)))
        .forEach(offer -> offers.add(offer.toJson()));
    return offers;
  }

  private static JsonNode inQueryUnits(String column, JsonNode comparisons) {
    Integer unit = UNITS.get(column);
    if (unit == null) {
      return comparisons;
    }
    ObjectNode scaled = ServiceJson.object();
    for (Map.Entry<String, JsonNode> one : comparisons.properties()) {
      if (one.getValue().isArray()) {
        ArrayNode values = scaled.putArray(one.getKey());
        one.getValue().forEach(value -> values.add(value.asDouble() / unit));
      } else {
        scaled.put(one.getKey(), one.getValue().asDouble() / unit);
      }
    }
    return scaled;
  }

  /** {@return the cheapest offer that matches} */
  static Optional<Offer> rent(List<Query> search) {
    return Stream.concat(OFFERS.stream(), askedFor(search))
        .filter(offer -> search.stream().allMatch(offer::meets))
        .min(Comparator.comparingDouble(offer -> offer.number("dph_total")));
  }

  /**
   * Returns offers for existing GPUs that a search names and the list lacks: nobody should have to
   * change a deployment because this market is small. Filters on their memory and compute
   * capability are not checked.
   */
  private static Stream<Offer> askedFor(List<Query> search) {
    return search.stream()
        .filter(query -> query.column().equals("gpu_name"))
        .filter(query -> query.operator() == Operator.EQ || query.operator() == Operator.IN)
        .flatMap(
            query ->
                query.value() instanceof List<?> list ? list.stream() : Stream.of(query.value()))
        .map(String::valueOf)
        .flatMap(name -> known(name).stream())
        .filter(gpu -> OFFERS.stream().noneMatch(offer -> offer.gpuName().equals(gpu.text())))
        .map(
            gpu -> {
              Offer like = offer(UNLISTED, gpu.text(), 0, 1, 1.0, "US", 50.0, 8.0);
              Map<String, Object> columns = new LinkedHashMap<>(like.columns());
              columns.keySet().removeAll(List.of("gpu_ram", "gpu_total_ram", "compute_cap"));
              return new Offer(like.id(), columns);
            });
  }

  private static Optional<GpuName> known(String name) {
    return Arrays.stream(GpuName.values())
        .filter(gpu -> gpu.text().replace(' ', '_').equalsIgnoreCase(name.replace(' ', '_')))
        .findFirst();
  }

  /** {@return why nothing matches, in the terms of the search} */
  static String whyNone(List<Query> search) {
    List<Query> impossible =
        search.stream()
            .filter(query -> OFFERS.stream().noneMatch(offer -> offer.meets(query)))
            .toList();
    List<Query> narrowing =
        search.stream()
            .filter(query -> !OFFERS.stream().allMatch(offer -> offer.meets(query)))
            .toList();
    List<Query> named = impossible.isEmpty() ? narrowing : impossible;
    return "no offers match "
        + named.stream().map(Query::toString).collect(Collectors.joining(" "));
  }
}
