package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of an interface as a remote function: its body runs on a GPU worker, its callers
 * hold a proxy from {@link Deployment#remote(Class)}.
 *
 * <p>The method returns {@code CompletableFuture<T>} (asynchronous), {@code T} (blocks the caller),
 * {@code Stream<T>} or {@code Flow.Publisher<T>} (streamed). Its body is the interface's own {@code
 * default} method or that of the implementing class. Overloads are refused, since functions are
 * known by name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Remote {
  /**
   * The function's name on the wire, as in {@code /remote/<name>}. Unique in its deployment;
   * letters, digits, {@code _}, {@code -} and {@code .} only.
   *
   * @return the name; empty (the default) for the method's own
   */
  String name() default "";

  /**
   * Whether one worker may run several calls of this function at once. When false, the calls of all
   * such functions share one first-in-first-out queue per worker.
   *
   * @return false by default
   */
  boolean allowParallelRequests() default false;

  /**
   * How long a call may be expected to wait on a worker, in seconds; above it the worker refuses
   * the call and the client tries another one.
   *
   * @return seconds, positive and finite; 30 by default
   */
  double maxQueueTime() default 30;

  /**
   * A class that says how much work a call is, from its arguments. It is public, has a public
   * constructor without parameters and one public method {@code double workload(...)} with the
   * function's own parameters. What it returns is in the unit of {@link Autoscaling#minLoad}; a
   * calculator that throws, or returns a negative or non-finite number, counts as 100.
   *
   * @return the class; {@code Void.class} (the default) when every call counts 100
   */
  Class<?> workload() default Void.class;

  /**
   * Whether running the function twice for one call does no harm. Only then is a call repeated that
   * may already have run, after its connection broke for example.
   *
   * @return true by default
   */
  boolean idempotent() default true;
}
