package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of one file of the bundle, whose size and digest are known before they are written. */
sealed interface Content permits BuiltJar, GeneratedContent, SourceFile, StoredJar {

  /** {@return the size in bytes} */
  long size();

  /** {@return 64 hex digits: equal for equal bytes, different for ones that behave differently} */
  String digest();

  /**
   * Writes the bytes.
   *
   * @throws dev.vast4j.errors.BundleException when they differ from what was planned
   */
  void writeTo(OutputStream out) throws IOException;
}
