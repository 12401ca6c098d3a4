package dev.vast4j.internal.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The libraries that vast4j needs to deploy and to call, but not on a worker. They stay out of the
 * bundle unless something other than vast4j uses them.
 */
enum ClientLibrary {
  OKHTTP(0, "com.squareup.okhttp3", "okhttp", "okhttp3/"),
  OKIO(1, "com.squareup.okio", "okio", "okio/"),
  KOTLIN(2, "org.jetbrains.kotlin", "kotlin-stdlib", "kotlin/"),
  JETBRAINS_ANNOTATIONS(3, "org.jetbrains", "annotations", "org/jetbrains/annotations/"),
  /** Some thirty artifacts, all of one group and one package. */
  AWS(4, "software.amazon.awssdk", "", "software/amazon/awssdk/"),
  REACTIVE_STREAMS(5, "org.reactivestreams", "reactive-streams", "org/reactivestreams/");

  private static final List<ClientLibrary> ALL = List.of(values());

  private final int number;
  private final String group;
  private final String artifact;
  private final String packagePrefix;

  ClientLibrary(int number, String group, String artifact, String packagePrefix) {
    this.number = number;
    this.group = group;
    this.artifact = artifact;
    this.packagePrefix = packagePrefix;
  }

  /** {@return the library that an artifact belongs to, or null} */
  static @Nullable ClientLibrary of(Artifact artifact) {
    for (ClientLibrary library : ALL) {
      if (artifact.group() == null
          ? library.isNamed(artifact.name())
          : library.group.equals(artifact.group())
              && (library.artifact.isEmpty() || library.isNamed(artifact.name()))) {
        return library;
      }
    }
    return null;
  }

  /** Artifacts of AWS are known by their group only: {@code auth} may be anyone's. */
  private boolean isNamed(String name) {
    // okhttp-jvm, okio-jvm, kotlin-stdlib-jdk8 and their like are parts of the same library.
    return !artifact.isEmpty() && (name.equals(artifact) || name.startsWith(artifact + "-"));
  }

  /**
   * {@return the bits of the libraries whose packages a text constant of a class file names, by
   * itself or within a descriptor}
   */
  static int mentionedBy(byte[] bytes, int start, int end) {
    int bits = 0;
    for (int i = start; i < end; i++) {
      if ((i == start || bytes[i - 1] == 'L')
          && (bytes[i] == 'o' || bytes[i] == 'k' || bytes[i] == 's')) {
        for (ClientLibrary library : ALL) {
          if (library.isNamedAt(bytes, i, end)) {
            bits |= library.bit();
          }
        }
      }
    }
    return bits;
  }

  private boolean isNamedAt(byte[] bytes, int start, int end) {
    int length = packagePrefix.length();
    if (end - start < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[start + i] != packagePrefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** This library's bit in {@link FileFacts.ClassFacts#mentions}. */
  int bit() {
    return 1 << number;
  }
}
