package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface method as a remote function: its body runs on a GPU worker, and callers use a
 * proxy from {@link Deployment#remote(Class)}.
 *
 * <p>The method returns {@code CompletableFuture<T>} (asynchronous), {@code T} (blocks the caller),
 * {@code Stream<T>} or {@code Flow.Publisher<T>} (streamed). Its body is the interface's own {@code
 * default} method or the implementing class's method. A remote method cannot be overloaded, because
 * a function is called by name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Remote {
  /**
   * The function's name on the wire, as in {@code /remote/<name>}: unique in its deployment, made
   * of letters, digits, {@code _}, {@code -} and {@code .}.
   *
   * @return the name; empty (default) for the method's name
   */
  String name() default "";

  /**
   * Whether one worker may run as many calls of this function at once as it can accept: the largest
   * {@link #maxConcurrency}.
   *
   * @return false by default
   */
  boolean allowParallelRequests() default false;

  /**
   * The most calls of this function that one worker runs at once; with {@link Batched}, the most
   * batches. Further calls wait in the order in which they came. A call counts until its result is
   * there, so until its future completes.
   *
   * @return 0 (default): one at a time in a queue that all such functions of a worker share; 1: one
   *     at a time in a queue of its own; at most 10000
   */
  int maxConcurrency() default 0;

  /**
   * Whether the function runs on virtual threads, on a JDK that has them (21 and later). By default
   * it runs on platform threads, at most 512 at a time, because a virtual thread that is inside
   * native code (CUDA, ONNX Runtime, JNI) or a class initializer keeps a processor from all others.
   *
   * @return false by default
   */
  boolean virtualThreads() default false;

  /**
   * The longest expected wait of a call on a worker, in seconds. Above it the worker refuses the
   * call and the client tries another worker.
   *
   * @return seconds, positive and finite; 30 by default
   */
  double maxQueueTime() default 30;

  /**
   * A class that computes the workload of a call from its arguments. It is public and has a public
   * constructor without parameters and a public method {@code double workload(...)} with the
   * function's parameters. The result is in the unit of {@link Autoscaling#minLoad}. If the method
   * throws or returns a negative or non-finite number, the workload is 100.
   *
   * @return the class; {@code Void.class} (default) if the workload of every call is 100
   */
  Class<?> workload() default Void.class;

  /**
   * Whether the function may run twice for one call. Only then does the client retry a call that
   * may have run already, for example when its connection broke.
   *
   * @return true by default
   */
  boolean idempotent() default true;

  /**
   * The limit of a call's time in seconds, unless {@link CallOptions#timeout} sets one: waiting for
   * a worker, all attempts and the pauses between them.
   *
   * @return above 0 and up to a year; 0 (default) for {@code VAST_CALL_TIMEOUT} or 30 minutes
   */
  double timeoutSeconds() default 0;

  /**
   * The limit of the time of one attempt on a worker in seconds, including its queue, unless {@link
   * CallOptions#workerTimeout} sets one.
   *
   * @return above 0 and up to a year; 0 (default) for {@code VAST_WORKER_TIMEOUT} or 10 minutes
   */
  double workerTimeoutSeconds() default 0;

  /**
   * The most attempts of a call, unless {@link CallOptions#maxAttempts(int)} sets them.
   *
   * @return at least 1; 0 (default) for 5
   */
  int maxAttempts() default 0;
}
