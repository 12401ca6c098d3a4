package dev.vast4j.spring;

import dev.vast4j.observe.CallObserver;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces of calls through Micrometer Tracing, for tracers without an OpenTelemetry bean: Brave.
 * Spans have the names and tags of {@link dev.vast4j.observe.OpenTelemetryObserver}'s. Thread-safe.
 */
final class TracerObserver implements CallObserver {
  private final Tracer tracer;
  private final Propagator propagator;

  TracerObserver(Tracer tracer, Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  @Override
  public Observation begin(CallInfo call) {
    Span.Builder builder =
        tracer
            .spanBuilder()
            .name("vast4j " + call.function())
            .kind(Span.Kind.CLIENT)
            .tag("rpc.system", "vast4j")
            .tag("rpc.method", call.function());
    if (call.sessionId() != null) {
      builder.tag("vast4j.session.id", call.sessionId());
    }
    Span current = tracer.currentSpan();
    if (current != null) {
      builder.setParent(current.context());
    }
    return new Traced(builder.start());
  }

  private final class Traced implements Observation {
    private final Span span;

    Traced(Span span) {
      this.span = span;
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      propagator.inject(
          span.context(),
          headers,
          (carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
      return headers;
    }

    @Override
    public void attempted(Attempt attempt) {
      span.event("attempt " + attempt.number() + " " + text(attempt.outcome()));
    }

    @Override
    public void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {
      span.tag("vast4j.outcome", text(outcome)).tag("vast4j.attempts", attempts);
      if (outcome != Outcome.OK) {
        span.tag("error.type", failure == null ? text(outcome) : failure.getClass().getName());
      }
      if (failure != null) {
        span.error(failure);
      }
      span.end();
    }

    private static String text(Outcome outcome) {
      return outcome.name().toLowerCase(Locale.ROOT);
    }
  }
}
