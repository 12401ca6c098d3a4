package dev.vast4j;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One server-sent event of a streamed answer. Ask for it to read what typed elements leave out:
 * {@code endpoint.stream(route, payload, ServerSentEvent.class)}. Immutable.
 *
 * @param event the event's type; {@code message} unless the worker names one
 * @param data its data lines, joined by line feeds
 * @param id the last id that the worker sent, in this event or before; null before the first
 * @param retry how long the worker asks to wait before reconnecting, as last sent; or null
 */
public record ServerSentEvent(
    String event, String data, @Nullable String id, @Nullable Duration retry) {}
