/**
 * Hooks around calls, for metrics, traces and logs:
 *
 * <pre>{@code
 * Deployment.Builder builder =
 *     Deployment.builder("square")
 *         .observe(new MicrometerObserver(Metrics.globalRegistry))
 *         .observe(new OpenTelemetryObserver(GlobalOpenTelemetry.get()));
 * }</pre>
 *
 * <p>Implement {@link dev.vast4j.observe.CallObserver} for anything else. The two implementations
 * need Micrometer or OpenTelemetry, which are optional.
 */
@NullMarked
package dev.vast4j.observe;

import org.jspecify.annotations.NullMarked;
