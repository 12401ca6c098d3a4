package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a parameter of a remote function. Not needed when the interface was compiled with {@code
 * -parameters} and the names agree; without either, arguments travel by position.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Param {
  /**
   * The parameter's name on the wire.
   *
   * @return the name, not empty
   */
  String value();
}
