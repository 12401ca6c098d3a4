/**
 * The whole service on a laptop: web API, serverless engine, object store and workers as processes,
 * over loopback HTTP. Start at {@link dev.vast4j.local.LocalVast}. A request goes from {@code
 * RequestRouter} through a handler to one of the {@code …Requests}, which change the {@code
 * Registry} and its {@code Fleet}s.
 */
@NullMarked
package dev.vast4j.local;

import org.jspecify.annotations.NullMarked;
