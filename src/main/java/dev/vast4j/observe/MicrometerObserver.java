package dev.vast4j.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of calls, for Micrometer. Needs {@code micrometer-core} on the class path.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>meaning</th><th>tags</th></tr>
 *   <tr><td>{@code vast4j.calls}</td><td>duration of calls</td><td>function, outcome</td></tr>
 *   <tr><td>{@code vast4j.calls.active}</td><td>calls in flight</td><td></td></tr>
 *   <tr><td>{@code vast4j.attempts}</td><td>duration of attempts on a worker</td><td>function, outcome</td></tr>
 *   <tr><td>{@code vast4j.routing}</td><td>time to find a worker</td><td>function</td></tr>
 *   <tr><td>{@code vast4j.request.size}, {@code vast4j.response.size}</td><td>bytes of bodies</td><td>function</td></tr>
 * </table>
 *
 * <p>Outcomes are those of {@link CallObserver.Outcome} in lower case. Workers are not a tag,
 * because their number is unbounded. Thread-safe.
 */
public final class MicrometerObserver implements CallObserver {
  private final MeterRegistry registry;
  private final AtomicInteger active;

  /**
   * Creates the observer.
   *
   * @param registry registers the meters
   */
  public MicrometerObserver(MeterRegistry registry) {
    this.registry = registry;
    this.active = new AtomicInteger();
    Gauge.builder("vast4j.calls.active", active, AtomicInteger::get)
        .description("calls in flight")
        .register(registry);
  }

  @Override
  public Observation begin(CallInfo call) {
    active.incrementAndGet();
    return new Metered(call.function());
  }

  private final class Metered implements Observation {
    private final String function;

    Metered(String function) {
      this.function = function;
    }

    @Override
    public void attempted(Attempt attempt) {
      timer("vast4j.attempts", "duration of attempts on a worker", attempt.outcome())
          .record(attempt.exchange());
      Timer.builder("vast4j.routing")
          .description("time to find a worker")
          .tag("function", function)
          .register(registry)
          .record(attempt.routing());
      size("vast4j.request.size", "bytes of request bodies")
          .record((double) attempt.requestBytes());
      size("vast4j.response.size", "bytes of response bodies")
          .record((double) attempt.responseBytes());
    }

    @Override
    public void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {
      active.decrementAndGet();
      timer("vast4j.calls", "duration of calls", outcome).record(elapsed);
    }

    private Timer timer(String name, String description, Outcome outcome) {
      return Timer.builder(name)
          .description(description)
          .tag("function", function)
          .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }

    private DistributionSummary size(String name, String description) {
      return DistributionSummary.builder(name)
          .description(description)
          .baseUnit("bytes")
          .tag("function", function)
          .register(registry);
    }
  }
}
