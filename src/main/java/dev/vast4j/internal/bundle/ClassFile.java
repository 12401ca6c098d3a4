package dev.vast4j.internal.bundle;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/** Reads what the planner needs of a class file: its version and the packages that it uses. */
final class ClassFile {
  private static final int MAGIC = 0xcafebabe;
  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;

  /** Classes for newer Java versions only, which do not count for the release. */
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/.*");

  private ClassFile() {}

  /** Whether a file of a jar or class folder is a class that counts. */
  static boolean isClass(String name) {
    return name.endsWith(".class")
        && !name.endsWith("module-info.class")
        && !VERSIONED.matcher(name).matches();
  }

  /** Reads a class; bytes that are not one have no facts. */
  static FileFacts.ClassFacts read(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (in.getInt() != MAGIC) {
        return FileFacts.ClassFacts.NONE;
      }
      in.getShort();
      int version = unsignedShort(in);
      return new FileFacts.ClassFacts(version, mentions(bytes, in));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // Truncated: the JVM reports it when it loads the class.
      return FileFacts.ClassFacts.NONE;
    }
  }

  private static int mentions(byte[] bytes, ByteBuffer in) {
    int bits = 0;
    int count = unsignedShort(in);
    for (int i = 1; i < count; i++) {
      int tag = in.get();
      int length = tag == UTF8 ? unsignedShort(in) : lengthOf(tag);
      if (length < 0) {
        return bits;
      }
      int start = in.position();
      in.position(start + length);
      if (tag == UTF8) {
        bits |= ClientLibrary.mentionedBy(bytes, start, start + length);
      } else if (tag == LONG || tag == DOUBLE) {
        i++;
      }
    }
    return bits;
  }

  /** {@return the bytes of a constant after its tag, or -1 for an unknown tag} */
  private static int lengthOf(int tag) {
    return switch (tag) {
      case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
      case LONG, DOUBLE -> 8;
      case 7, 8, 16, 19, 20 -> 2;
      case 15 -> 3;
      default -> -1;
    };
  }

  private static int unsignedShort(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort());
  }
}
