/**
 * JUnit 5 support: tests against the embedded engine, with real worker processes:
 *
 * <pre>{@code
 * class SquareTest {
 *   @RegisterExtension static final LocalVastExtension local = LocalVastExtension.perClass();
 *
 *   @Test
 *   void squares(Vast vast) {
 *     try (Deployment app = Deployment.builder("square").vast(vast).remote(Square.class)
 *         .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16)).build()) {
 *       app.ensureReady();
 *       assertEquals(25, app.remote(Square.class).square(5));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Start with {@link dev.vast4j.junit.LocalVastExtension}; {@link dev.vast4j.junit.VirtualClock}
 * skips hours.
 */
@NullMarked
package dev.vast4j.junit;

import org.jspecify.annotations.NullMarked;
