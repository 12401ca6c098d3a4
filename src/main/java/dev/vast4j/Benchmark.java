package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Says how a new worker measures itself: before it takes calls it runs this function and reports
 * its best throughput, in workload per second. Exactly one function of a deployment has a
 * benchmark, with either a data set or a generator.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Benchmark {
  /**
   * The inputs, each a JSON object from parameter name to value. Rows are drawn at random.
   *
   * @return JSON objects; empty when a generator is given
   */
  String[] dataset() default {};

  /**
   * A public class with a public constructor without parameters that makes the inputs, each a map
   * from parameter name to value. Called from several threads at once.
   *
   * @return the class; {@link None} (the default) when a data set is given
   */
  Class<? extends Supplier<? extends Map<String, ?>>> generator() default None.class;

  /**
   * How many rounds are run; the best one counts.
   *
   * @return at least 1; 10 by default
   */
  int runs() default 10;

  /**
   * How many calls a round makes at once. Counts only for a function that allows parallel requests;
   * others run one.
   *
   * @return at least 1; 10 by default
   */
  int concurrency() default 10;

  /**
   * Whether one call is made and thrown away before the first round.
   *
   * @return true by default
   */
  boolean warmup() default true;

  /** Stands for the absence of a generator. */
  abstract class None implements Supplier<Map<String, ?>> {
    private None() {}
  }
}
