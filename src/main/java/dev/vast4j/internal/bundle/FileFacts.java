package dev.vast4j.internal.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading a file revealed.
 *
 * @param sha256 its SHA-256, 64 hex digits
 * @param crc32 its CRC-32
 * @param classes facts about its classes
 * @param jar facts about the jar; null unless it was read as {@link Inspection#JAR}
 */
record FileFacts(String sha256, int crc32, ClassFacts classes, @Nullable JarFacts jar) {
  /**
   * Facts about classes.
   *
   * @param version the highest class file version, 0 without classes
   * @param mentions the {@link ClientLibrary} packages that they use, as bits
   */
  record ClassFacts(int version, int mentions) {
    static final ClassFacts NONE = new ClassFacts(0, 0);

    ClassFacts and(ClassFacts other) {
      return new ClassFacts(Math.max(version, other.version), mentions | other.mentions);
    }
  }

  /** The kinds of jars. */
  enum Shape {
    /** Classes at its root. */
    PLAIN,
    /** Only a manifest with a class path, as build tools and IDEs make them. */
    CLASS_PATH_ONLY,
    /** An executable jar of Spring Boot, with jars inside. */
    NESTED,
    /** Not a jar. */
    NOT_A_JAR
  }

  /**
   * Facts about a jar.
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
