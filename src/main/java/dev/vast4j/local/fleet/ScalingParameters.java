package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An endpoint's scaling parameters with the service's defaults filled in.
 *
 * @param minLoad load per second to be ready for at all times
 * @param targetUtil share of the capacity that anticipated load may use, in (0, 1]
 * @param coldMult total capacity as a multiple of the active load
 * @param minColdLoad least total capacity, in load per second
 * @param coldWorkers least number of workers, active or not
 * @param maxWorkers most workers, active or not
 * @param maxQueueTime seconds of queue at which a worker counts as full
 * @param targetQueueTime seconds of queue above which capacity is added
 * @param inactivityTimeout seconds without a request before scaling to zero is allowed; zero or
 *     empty: not gated; negative: never
 */
public record ScalingParameters(
    double minLoad,
    double targetUtil,
    double coldMult,
    double minColdLoad,
    int coldWorkers,
    int maxWorkers,
    double maxQueueTime,
    double targetQueueTime,
    OptionalDouble inactivityTimeout) {

  /** The fields of a request, in the documentation's order. */
  public static final List<String> FIELDS =
      List.of(
          "cold_workers",
          "max_workers",
          "min_load",
          "min_cold_load",
          "target_util",
          "cold_mult",
          "max_queue_time",
          "target_queue_time",
          "inactivity_timeout");

  /** A laptop's default; the service's is 5. */
  private static final int LAPTOP_COLD_WORKERS = 1;

  public static ScalingParameters of(ObjectNode config) {
    double targetUtil = ServiceJson.number(config, "target_util", 0.9);
    if (targetUtil <= 0 || targetUtil > 1) {
      throw ServiceError.invalid("target_util must be more than 0 and at most 1");
    }
    JsonNode inactivity = config.get("inactivity_timeout");
    int coldWorkers = count(config, "cold_workers", LAPTOP_COLD_WORKERS, 0);
    return new ScalingParameters(
        atLeastZero(config, "min_load", 1),
        targetUtil,
        atLeastZero(config, "cold_mult", 3),
        atLeastZero(config, "min_cold_load", 0),
        coldWorkers,
        count(config, "max_workers", 16, 0),
        atLeastZero(config, "max_queue_time", 30),
        atLeastZero(config, "target_queue_time", 10),
        inactivity == null || inactivity.isNull()
            ? OptionalDouble.empty()
            : OptionalDouble.of(ServiceJson.number(config, "inactivity_timeout", 0)));
  }

  private static double atLeastZero(ObjectNode config, String field, double fallback) {
    double value = ServiceJson.number(config, field, fallback);
    if (value < 0) {
      throw ServiceError.invalid(field + " must not be negative");
    }
    return value;
  }

  private static int count(ObjectNode config, String field, int fallback, int least) {
    double value = ServiceJson.number(config, field, fallback);
    if (value < least || value > Integer.MAX_VALUE || value != Math.rint(value)) {
      throw ServiceError.invalid(field + " must be a whole number of at least " + least);
    }
    return (int) value;
  }
}
