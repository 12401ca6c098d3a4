package dev.vast4j.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.observe.CallObserver.Attempt;
import dev.vast4j.observe.CallObserver.CallInfo;
import dev.vast4j.observe.CallObserver.Observation;
import dev.vast4j.observe.CallObserver.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObserversTest {
  @RegisterExtension static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

  private static final CallInfo CALL = new CallInfo("square", "session", false, 100);
  private static final Attempt LOST =
      new Attempt(
          1,
          "http://worker:3000",
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          120,
          0,
          0,
          Outcome.LOST,
          null);
  private static final Attempt OK =
      new Attempt(
          2,
          "http://other:3000",
          Duration.ofMillis(7),
          Duration.ofMillis(30),
          120,
          64,
          200,
          Outcome.OK,
          "0123456789ab-cdef");

  @Test
  void micrometerCountsCallsAndAttempts() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CallObserver observer = new MicrometerObserver(registry);

    Observation observation = observer.begin(CALL);
    assertThat(registry.get("vast4j.calls.active").gauge().value()).isEqualTo(1);
    observation.attempted(LOST);
    observation.attempted(OK);
    observation.ended(Outcome.OK, 2, Duration.ofMillis(62), null);

    assertThat(registry.get("vast4j.calls.active").gauge().value()).isZero();
    assertThat(
            registry
                .get("vast4j.calls")
                .tag("function", "square")
                .tag("outcome", "ok")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(62);
    assertThat(registry.get("vast4j.attempts").tag("outcome", "lost").timer().count()).isOne();
    assertThat(registry.get("vast4j.routing").timer().count()).isEqualTo(2);
    assertThat(registry.get("vast4j.request.size").summary().totalAmount()).isEqualTo(240);
    assertThat(registry.get("vast4j.response.size").summary().totalAmount()).isEqualTo(64);
  }

  @Test
  void openTelemetryTracesCallsAsChildSpans() {
    CallObserver observer = new OpenTelemetryObserver(OTEL.getOpenTelemetry());
    Span caller = OTEL.getOpenTelemetry().getTracer("test").spanBuilder("caller").startSpan();
    Map<String, String> headers;
    try (Scope scope = caller.makeCurrent()) {
      assertThat(scope).isNotNull();
      Observation observation = observer.begin(CALL);
      headers = observation.headers();
      observation.attempted(LOST);
      observation.ended(Outcome.LOST, 1, Duration.ofMillis(62), new IllegalStateException("gone"));
    } finally {
      caller.end();
    }

    SpanData span =
        OTEL.getSpans().stream()
            .filter(s -> s.getName().equals("vast4j square"))
            .findFirst()
            .orElseThrow();
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(span.getEvents()).extracting(e -> e.getName()).contains("attempt", "exception");
    assertThat(span.getAttributes().asMap().toString()).contains("square", "lost", "session");
    assertThat(headers.get("traceparent"))
        .contains(span.getTraceId())
        .contains(span.getSpanContext().getSpanId());
  }

  @Test
  void failingObserverDoesNotAffectOthers() {
    List<String> told = new ArrayList<>();
    CallObserver failing =
        call -> {
          throw new IllegalStateException("observer");
        };
    CallObserver half =
        call ->
            new Observation() {
              @Override
              public void attempted(Attempt attempt) {
                throw new IllegalStateException("observation");
              }
            };
    CallObserver good =
        call ->
            new Observation() {
              @Override
              public Map<String, String> headers() {
                return Map.of("x", "1");
              }

              @Override
              public void attempted(Attempt attempt) {
                told.add("attempt " + attempt.number());
              }

              @Override
              public void ended(
                  Outcome outcome, int attempts, Duration elapsed, Throwable failure) {
                told.add("ended " + outcome);
              }
            };

    Observation all = CallObserver.all(List.of(failing, half, good)).begin(CALL);
    assertThat(all.headers()).containsExactly(Map.entry("x", "1"));
    all.attempted(LOST);
    all.ended(Outcome.OK, 1, Duration.ZERO, null);

    assertThat(told).containsExactly("attempt 1", "ended OK");
  }
}
