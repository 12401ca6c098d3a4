/**
 * Hooks around calls, for metrics, traces and logs. Start with {@link
 * dev.vast4j.observe.CallObserver}. The implementations need Micrometer or OpenTelemetry, which are
 * optional.
 */
@NullMarked
package dev.vast4j.observe;

import org.jspecify.annotations.NullMarked;
