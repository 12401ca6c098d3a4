package dev.vast4j.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces of calls, for OpenTelemetry. Needs {@code opentelemetry-api} on the class path.
 *
 * <p>Each call is a client span named {@code vast4j <function>}, a child of the current span, with
 * an event for each attempt. The configured propagators send the span's context to the worker in
 * headers. Thread-safe.
 */
public final class OpenTelemetryObserver implements CallObserver {
  private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("vast4j.outcome");
  private static final AttributeKey<String> SESSION = AttributeKey.stringKey("vast4j.session.id");
  private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("vast4j.attempts");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> WORKER = AttributeKey.stringKey("url.full");
  private static final AttributeKey<String> WORKER_VERSION =
      AttributeKey.stringKey("vast4j.worker.version");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<Long> REQUEST_SIZE =
      AttributeKey.longKey("http.request.body.size");
  private static final AttributeKey<Long> RESPONSE_SIZE =
      AttributeKey.longKey("http.response.body.size");

  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  /**
   * Creates the observer.
   *
   * @param telemetry receives the spans
   */
  public OpenTelemetryObserver(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("dev.vast4j");
  }

  @Override
  public Observation begin(CallInfo call) {
    Span span =
        tracer
            .spanBuilder("vast4j " + call.function())
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(RPC_SYSTEM, "vast4j")
            .setAttribute(RPC_METHOD, call.function())
            .startSpan();
    if (call.sessionId() != null) {
      span.setAttribute(SESSION, call.sessionId());
    }
    return new Traced(span, Context.current().with(span));
  }

  private final class Traced implements Observation {
    private final Span span;
    private final Context context;

    Traced(Span span, Context context) {
      this.span = span;
      this.context = context;
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      telemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(
              context,
              headers,
              (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value));
      return headers;
    }

    @Override
    public void attempted(Attempt attempt) {
      span.addEvent(
          "attempt",
          Attributes.builder()
              .put(WORKER, attempt.worker())
              .put(WORKER_VERSION, attempt.workerVersion())
              .put(OUTCOME, text(attempt.outcome()))
              .put(STATUS, (long) attempt.status())
              .put(REQUEST_SIZE, attempt.requestBytes())
              .put(RESPONSE_SIZE, attempt.responseBytes())
              .build());
    }

    @Override
    public void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {
      span.setAttribute(OUTCOME, text(outcome));
      span.setAttribute(ATTEMPTS, (long) attempts);
      if (outcome != Outcome.OK) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(
            ERROR_TYPE, failure == null ? text(outcome) : failure.getClass().getName());
      }
      if (failure != null) {
        span.recordException(failure);
      }
      span.end();
    }

    private static String text(Outcome outcome) {
      return outcome.name().toLowerCase(Locale.ROOT);
    }
  }
}
