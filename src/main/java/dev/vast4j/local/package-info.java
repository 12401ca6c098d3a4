/**
 * The whole service on a laptop: web API, serverless engine, object store and workers as processes,
 * over loopback HTTP:
 *
 * <pre>{@code
 * try (LocalVast engine = LocalVast.start(LocalOptions.defaults().maxWorkers(1));
 *     Vast vast = engine.client()) {
 *   System.out.println(vast.webUrl()); // deploy with Deployment.builder(…).vast(vast)
 * }
 * }</pre>
 *
 * <p>Start with {@link dev.vast4j.local.LocalVast}. Inside, a request goes from {@code
 * RequestRouter} through a handler to one of the {@code …Requests}, which change the {@code
 * Registry} and its {@code Fleet}s.
 */
@NullMarked
package dev.vast4j.local;

import org.jspecify.annotations.NullMarked;
