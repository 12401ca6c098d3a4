package dev.vast4j.local;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Faults injected on purpose. Thread-safe. */
final class Chaos {
  static final Chaos NONE = new Chaos(null, 0, Duration.ZERO, 0);
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s)");
  private static final Duration LONGEST = Duration.ofDays(1);

  private final @Nullable Duration killEvery;
  private final double errorShare;
  private final Duration delay;
  private final double delayShare;
  private final Random random = new Random();

  /**
   * The faults of one call.
   *
   * @param error whether it fails
   * @param delayMillis how long it is delayed
   */
  record Fault(boolean error, long delayMillis) {
    private static final Fault NO_FAULT = new Fault(false, 0);
  }

  private Chaos(
      @Nullable Duration killEvery, double errorShare, Duration delay, double delayShare) {
    this.killEvery = killEvery;
    this.errorShare = errorShare;
    this.delay = delay;
    this.delayShare = delayShare;
  }

  static Chaos parse(String rules) {
    Duration kill = null;
    double errors = 0;
    Duration delay = Duration.ZERO;
    double delays = 0;
    for (String rule : rules.split(",", -1)) {
      String value = rule.substring(rule.indexOf('=') + 1);
      switch (rule.substring(0, Math.max(0, rule.indexOf('='))).strip()) {
        case "kill" -> kill = duration(rule, value);
        case "error" -> errors = share(rule, value);
        case "latency" -> {
          int colon = value.indexOf(':');
          delay = duration(rule, colon < 0 ? value : value.substring(0, colon));
          delays = colon < 0 ? 1 : share(rule, value.substring(colon + 1));
        }
        default -> throw invalid(rule);
      }
    }
    return new Chaos(kill, errors, delay, delays);
  }

  private static Duration duration(String rule, String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw invalid(rule);
    }
    Duration unit = matcher.group(2).equals("s") ? Duration.ofSeconds(1) : Duration.ofMillis(1);
    Duration duration;
    try {
      duration = unit.multipliedBy(Long.parseLong(matcher.group(1)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw invalid(rule);
    }
    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw invalid(rule);
    }
    return duration;
  }

  private static double share(String rule, String text) {
    try {
      double share = Double.parseDouble(text.strip());
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      throw invalid(rule);
    }
    throw invalid(rule);
  }

  private static IllegalArgumentException invalid(String rule) {
    return new IllegalArgumentException(
        "chaos rule '"
            + rule
            + "' is not one of kill=<time>, error=<share>, latency=<time>:<share>; times look like"
            + " 200ms or 5s and are at most a day, shares are between 0 and 1");
  }

  void start(ScheduledExecutorService timer, Consumer<Random> killOne) {
    if (killEvery != null) {
      long millis = killEvery.toMillis();
      var unused =
          timer.scheduleWithFixedDelay(
              () -> killOne.accept(random), millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Draws the faults of a call. Spares workers' reports, so that only callers suffer. */
  Fault fault(String path) {
    boolean spared = path.startsWith("/worker_status") || path.startsWith("/delete_requests");
    if ((errorShare == 0 && delayShare == 0) || spared) {
      return Fault.NO_FAULT;
    }
    boolean delayed = random.nextDouble() < delayShare;
    return new Fault(random.nextDouble() < errorShare, delayed ? delay.toMillis() : 0);
  }
}
