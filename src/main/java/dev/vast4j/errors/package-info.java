/**
 * Failures: {@link dev.vast4j.errors.VastException} and its leaves, each with its data as fields.
 * Catch the leaf that you can act on, and the root for the rest:
 *
 * <pre>{@code
 * try {
 *   System.out.println(divider.divide(1, 0));
 * } catch (RemoteExecutionException e) { // the function threw
 *   System.err.println(e.remoteClass() + ": " + e.remoteMessage());
 * } catch (CallTimeoutException e) { // no worker, or no answer, in time
 *   System.err.println(e.waitingFor() + ": " + e.lastKnown());
 * } catch (VastException e) {
 *   System.err.println(e.getMessage());
 * }
 * }</pre>
 *
 * <p>A future fails with the same exceptions, as the cause of its {@link
 * java.util.concurrent.CompletionException}.
 *
 * @serial exclude
 */
@NullMarked
package dev.vast4j.errors;

import org.jspecify.annotations.NullMarked;
