package dev.vast4j.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Names the remote interfaces of the application's deployment, in place of the scan. Goes on a
 * configuration class; several add up.
 *
 * <pre>{@code
 * @SpringBootApplication
 * @EnableRemote(Keywords.class)
 * public class Application { ... }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Import(RemoteSelection.Registrar.class)
public @interface EnableRemote {
  /**
   * The remote interfaces.
   *
   * @return the interfaces; none (default) to scan for them
   */
  Class<?>[] value() default {};

  /**
   * The classes that run interfaces on workers, where the scan does not find exactly one.
   *
   * @return classes that each implement one of the interfaces; none by default
   */
  Class<?>[] implementations() default {};

  /**
   * The packages to scan for contexts and implementing classes and, unless {@link #value} names
   * them, for interfaces.
   *
   * @return packages; none (default) for {@code vast4j.packages}, else the application's
   */
  String[] packages() default {};
}
