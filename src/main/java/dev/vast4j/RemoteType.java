package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Maps a Java type to a Python class, for Python functions that take or return its instances.
 * Values travel as instances of that class with the Java type's properties as attributes. Java
 * functions need no mapping.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RemoteType {
  /**
   * The Python module: empty for the deployment's module, {@code .sub} for a module below it, or an
   * absolute dotted name.
   *
   * @return the module; the deployment's by default
   */
  String module() default "";

  /**
   * The class's name in its module.
   *
   * @return the name
   */
  String name();
}
