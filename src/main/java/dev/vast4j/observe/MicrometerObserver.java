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
 *   <tr><th>name</th><th>what</th><th>tags</th></tr>
 *   <tr><td>{@code vast4j.calls}</td><td>time of calls, from asking to answer</td><td>function, outcome</td></tr>
 *   <tr><td>{@code vast4j.calls.active}</td><td>calls that have begun and not ended</td><td></td></tr>
 *   <tr><td>{@code vast4j.attempts}</td><td>time of attempts on a worker</td><td>function, outcome</td></tr>
 *   <tr><td>{@code vast4j.routing}</td><td>time to find a worker</td><td>function</td></tr>
 *   <tr><td>{@code vast4j.request.size}, {@code vast4j.response.size}</td><td>bytes of bodies</td><td>function</td></tr>
 * </table>
 *
 * <p>Outcomes are those of {@link CallObserver.Outcome} in lower case. Workers are no tag, since
 * they come and go without bound. Thread-safe.
 */
public final class MicrometerObserver implements CallObserver {
  private final MeterRegistry registry;
  private final AtomicInteger active;

  /**
   * Creates the observer.
   *
   * @param registry where the meters are
   */
  public MicrometerObserver(MeterRegistry registry) {
    this.registry = registry;
    this.active = new AtomicInteger();
    Gauge.builder("vast4j.calls.active", active, AtomicInteger::get)
        .description("calls that have begun and not ended")
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
      timer("vast4j.attempts", "time of attempts on a worker", attempt.outcome())
          .record(attempt.exchange());
      Timer.builder("vast4j.routing")
          .description("time to find a worker")
          .tag("function", function)
          .register(registry)
          .record(attempt.routing());
      size("vast4j.request.size", "bytes of requests' bodies")
          .record((double) attempt.requestBytes());
      size("vast4j.response.size", "bytes of answers' bodies")
          .record((double) attempt.responseBytes());
    }

    @Override
    public void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {
      active.decrementAndGet();
      timer("vast4j.calls", "time of calls, from asking to answer", outcome).record(elapsed);
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
