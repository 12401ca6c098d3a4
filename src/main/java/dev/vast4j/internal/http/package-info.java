/**
 * HTTP clients, threads, time and retries, shared by everything that talks to Vast. Read {@link
 * dev.vast4j.internal.http.Transport} first.
 */
@NullMarked
package dev.vast4j.internal.http;

import org.jspecify.annotations.NullMarked;
