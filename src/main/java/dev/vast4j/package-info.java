/**
 * GPU functions for Java on Vast Deployments. Declare an interface, deploy it, call it:
 *
 * <pre>{@code
 * public interface Square {
 *   @Remote
 *   @Benchmark(dataset = "{\"x\": 2}")
 *   default int square(int x) {
 *     return x * x; // runs on a worker
 *   }
 * }
 *
 * try (Deployment app =
 *     Deployment.builder("square")
 *         .remote(Square.class)
 *         .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
 *         .build()) {
 *   app.ensureReady();
 *   System.out.println(app.remote(Square.class).square(5));
 * }
 * }</pre>
 *
 * <p>Start with {@link dev.vast4j.Deployment}. {@link dev.vast4j.Vast} is the connection, {@link
 * dev.vast4j.Context} loads a model once per worker, {@link dev.vast4j.Batched} runs many calls at
 * once, {@link dev.vast4j.Session} keeps state on a worker, {@link dev.vast4j.Endpoint} calls
 * endpoints without a deployment. Failures are {@link dev.vast4j.errors}.
 */
@NullMarked
package dev.vast4j;

import org.jspecify.annotations.NullMarked;
