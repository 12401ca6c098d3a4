package dev.vast4j.docs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A line of the fault matrix in {@code docs/reliability.md}, on the test that proves it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Proves.Several.class)
public @interface Proves {
  /** Where the fault occurs. */
  At at();

  /** What fails. */
  String fault();

  /** The calls or actions that meet the fault. */
  String of() default "any call";

  /** What the program sees. */
  String outcome();

  /** Places of faults, in the order of the matrix. */
  enum At {
    ENGINE("engine"),
    WEB_API("web API"),
    STORE("object store"),
    WORKER("worker"),
    TLS("certificate"),
    CLIENT("client"),
    LOCAL_ENGINE("embedded engine");

    private final String text;

    At(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Holds the annotations of a test that proves several lines. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Several {
    Proves[] value();
  }
}
