package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Maps a Java type to a Python class, for Python functions that take or return instances of it.
 * Values then travel as that class with the Java type's properties as its attributes. Java
 * functions need no such mapping.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RemoteType {
  /**
   * The Python module: empty for the deployment's own module, {@code .sub} for one below it, and an
   * absolute dotted name otherwise.
   *
   * @return the module; the deployment's own by default
   */
  String module() default "";

  /**
   * The class's name in its module.
   *
   * @return the name
   */
  String name();
}
