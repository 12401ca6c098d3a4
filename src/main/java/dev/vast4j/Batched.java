package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a worker run many calls of a remote function at once. Callers call with one input; the
 * worker collects the inputs of waiting calls and passes them to one method as lists.
 *
 * <pre>{@code
 * public interface Embedder {
 *   @Remote
 *   @Batched(method = "embedAll", maxSize = 64, maxWaitMillis = 5)
 *   float[] embed(String text);
 *
 *   List<float[]> embedAll(List<String> texts);
 * }
 * }</pre>
 *
 * <p>The method named takes one {@code List} for each parameter and returns a {@code List} with one
 * result for each input, in the same order. It is a method of the interface or of the implementing
 * class, public and not static. The lists it gets cannot be changed. For an {@code int} it takes a
 * {@code List<Integer>}, for a {@code CompletableFuture<T>} it returns a {@code List<T>}, for
 * {@code void} it returns {@code void}. To fail single calls, it returns a {@code
 * List<BatchResult<T>>}. A function that streams cannot be batched.
 *
 * <p>A full batch runs at once. A smaller one runs {@link #maxWaitMillis} after its oldest call
 * arrived, as soon as the function's {@linkplain Remote#maxConcurrency queue} lets it. Calls that
 * arrive while a batch runs wait for the next one and hold no thread. All of a function's waiting
 * calls count as one entry of the queue, in the place of the oldest one.
 *
 * <p>If the method throws, each call of the batch fails with that exception. If it returns too few
 * or too many results, each call fails with an {@link IllegalStateException}, and so does a single
 * call that gets null in place of a {@link BatchResult}. A cancelled call leaves a batch that has
 * not begun; a running batch is interrupted once all of its calls are cancelled. A call in a
 * session runs in a batch of its own, with the session's values. So do calls of {@link
 * Deployment#local}, in this process.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Batched {
  /**
   * The method that runs a batch.
   *
   * @return its name
   */
  String method();

  /**
   * The most calls in a batch.
   *
   * @return from 1 to 65536; 64 by default
   */
  int maxSize() default 64;

  /**
   * How long the oldest call of a batch that is not full waits for others, in milliseconds. With 0,
   * calls are only collected while the function is busy.
   *
   * @return from 0 to 60000; 5 by default
   */
  int maxWaitMillis() default 5;
}
