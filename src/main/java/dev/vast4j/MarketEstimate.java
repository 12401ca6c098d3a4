package dev.vast4j;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the market has now for an image's requirements, and what its workers may cost. Prices change
 * by the minute; storage is included, traffic is not. Immutable.
 *
 * @param requirements the requirements in the service's text form
 * @param offers how many offers match now, counted up to {@link #MOST_COUNTED}
 * @param dollarsPerHour price of the cheapest in dollars per hour; empty when none matches
 * @param gpu what the cheapest has, such as {@code RTX 4090} or {@code 4x A40}, or null
 * @param maxWorkers the largest number of workers that the deployment sets, or null when the
 *     service chooses it
 */
public record MarketEstimate(
    String requirements,
    int offers,
    OptionalDouble dollarsPerHour,
    @Nullable String gpu,
    @Nullable Integer maxWorkers) {
  /** The largest number of offers that are counted. */
  public static final int MOST_COUNTED = 1000;

  /** {@return whether no machine matches, so that no worker can start} */
  public boolean nothingMatches() {
    return offers == 0;
  }

  /**
   * Multiplies the cheapest offer's price with the largest number of workers.
   *
   * @return dollars per hour; empty when no offer matches or the service chooses the number
   */
  public OptionalDouble dollarsPerHourAtMost() {
    return dollarsPerHour.isPresent() && maxWorkers != null
        ? OptionalDouble.of(dollarsPerHour.getAsDouble() * maxWorkers)
        : OptionalDouble.empty();
  }

  /** {@return the estimate in one sentence, for people} */
  @Override
  public String toString() {
    if (dollarsPerHour.isEmpty()) {
      return "no machine on the market matches " + requirements + "; relax the requirements";
    }
    String count =
        offers >= MOST_COUNTED
            ? "at least " + MOST_COUNTED + " machines match"
            : offers == 1 ? "1 machine matches" : offers + " machines match";
    String price = count + " now, from " + dollars(dollarsPerHour.getAsDouble()) + " an hour";
    String model = gpu == null ? price : price + " (" + gpu + ")";
    Integer workers = maxWorkers;
    if (workers == null) {
      return model + " for each worker";
    }
    return model
        + ", "
        + dollars(dollarsPerHour.getAsDouble() * workers)
        + " with "
        + (workers == 1 ? "1 worker" : workers + " workers");
  }

  private static String dollars(double amount) {
    return String.format(Locale.ROOT, amount < 0.1 ? "$%.3f" : "$%,.2f", amount);
  }
}
