/**
 * The whole service on a laptop: web API, serverless engine, object store and workers as processes,
 * over loopback HTTP. Read {@link dev.vast4j.local.LocalVast} first; what it knows and decides
 * begins at {@code Engine}, one endpoint's share of that at {@code Fleet}.
 */
@NullMarked
package dev.vast4j.local;

import org.jspecify.annotations.NullMarked;
