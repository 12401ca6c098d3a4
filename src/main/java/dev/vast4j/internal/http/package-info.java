/**
 * HTTP clients, threads, time and trust, for everything that talks to Vast. Start with {@link
 * dev.vast4j.internal.http.Transport}.
 */
@NullMarked
package dev.vast4j.internal.http;

import org.jspecify.annotations.NullMarked;
