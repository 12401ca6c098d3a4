package dev.vast4j.internal.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading a file told.
 *
 * @param sha256 its SHA-256, 64 hex digits
 * @param crc32 its CRC-32
 * @param classes what its classes are like
 * @param jar what it is like as a jar; null unless it was read as {@link Inspection#JAR}
 */
record FileFacts(String sha256, int crc32, ClassFacts classes, @Nullable JarFacts jar) {
  /**
   * What classes are like.
   *
   * @param version the highest class file version, 0 without classes
   * @param mentions the {@link ClientLibrary} packages that they name, as bits
   */
  record ClassFacts(int version, int mentions) {
    static final ClassFacts NONE = new ClassFacts(0, 0);

    ClassFacts and(ClassFacts other) {
      return new ClassFacts(Math.max(version, other.version), mentions | other.mentions);
    }
  }

  /** What kind of jar. */
  enum Shape {
    /** Classes at its root. */
    PLAIN,
    /** Nothing but a manifest with a class path: build tools and IDEs make them. */
    CLASS_PATH_ONLY,
    /** An executable jar of Spring Boot, with jars inside. */
    NESTED,
    /** No jar at all. */
    NOT_A_JAR
  }

  /**
   * What a jar is like.
   *
   * @param shape its kind
   * @param sha1 its SHA-1, 40 hex digits
   * @param classPath the entries of its manifest's {@code Class-Path}
   * @param holdsLauncher whether vast4j is in it
   */
  record JarFacts(Shape shape, String sha1, List<String> classPath, boolean holdsLauncher) {
    /** Copies the list. */
    JarFacts {
      classPath = List.copyOf(classPath);
    }
  }
}
