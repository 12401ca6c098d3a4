/**
 * Hooks around calls, for metrics, traces and logs. Read {@link dev.vast4j.observe.CallObserver}
 * first; the implementations need Micrometer or OpenTelemetry on the class path, which are
 * optional.
 */
@NullMarked
package dev.vast4j.observe;

import org.jspecify.annotations.NullMarked;
