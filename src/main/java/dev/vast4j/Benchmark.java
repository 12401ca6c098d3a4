package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes a remote function the benchmark of new workers: before a worker takes calls, it runs the
 * function and reports its best throughput in workload per second. Exactly one function of a
 * deployment has a benchmark, with either a data set or a generator.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Benchmark {
  /**
   * The inputs, each a JSON object from parameter name to value. The worker draws them at random.
   *
   * @return JSON objects; empty if there is a generator
   */
  String[] dataset() default {};

  /**
   * A class that creates the inputs, each a map from parameter name to value. It is public and has
   * a public constructor without parameters. Several threads call it at once.
   *
   * @return the class; {@link None} (default) if there is a data set
   */
  Class<? extends Supplier<? extends Map<String, ?>>> generator() default None.class;

  /**
   * The number of rounds; the best one counts.
   *
   * @return at least 1; 10 by default
   */
  int runs() default 10;

  /**
   * The number of calls that a round runs at once, if the function allows parallel requests;
   * otherwise one.
   *
   * @return at least 1; 10 by default
   */
  int concurrency() default 10;

  /**
   * Whether the worker makes one call before the first round that does not count.
   *
   * @return true by default
   */
  boolean warmup() default true;

  /** Stands for no generator. */
  abstract class None implements Supplier<Map<String, ?>> {
    private None() {}
  }
}
