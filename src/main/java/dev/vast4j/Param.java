package dev.vast4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a parameter of a remote function or of a context's constructor. An interface compiled with
 * {@code -parameters} needs it only for other names than its own. Without either, arguments travel
 * by position. A context's class needs it, or {@code -parameters}, for arguments {@linkplain
 * ContextArguments by name}.
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
