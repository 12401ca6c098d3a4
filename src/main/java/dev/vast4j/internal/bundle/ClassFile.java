package dev.vast4j.internal.bundle;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the planner needs of a class file: its version and the packages that it uses. */
final class ClassFile {
  private static final int MAGIC = 0xcafebabe;
  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;

  /** Classes for newer Java versions only, which do not count for the release. */
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/.*");

  /** A class within a descriptor or a generic signature. */
  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([^;<>()\\[:]+)[;<]");

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

  /**
   * {@return the classes that a class refers to, by internal name, without those of {@code java}
   * packages} Of bytes that are not a class, none.
   */
  static Set<String> references(byte[] bytes) {
    Map<Integer, String> texts = new HashMap<>();
    List<Integer> classes = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (in.getInt() != MAGIC) {
        return names;
      }
      in.getInt();
      int count = unsignedShort(in);
      for (int i = 1; i < count; i++) {
        int tag = in.get();
        int length = tag == UTF8 ? unsignedShort(in) : lengthOf(tag);
        if (length < 0) {
          return names;
        }
        int start = in.position();
        if (tag == UTF8) {
          texts.put(i, new String(bytes, start, length, StandardCharsets.UTF_8));
        } else if (tag == CLASS) {
          classes.add(Short.toUnsignedInt(in.getShort(start)));
        } else if (tag == LONG || tag == DOUBLE) {
          i++;
        }
        in.position(start + length);
      }
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return names; // truncated
    }
    for (int index : classes) {
      String name = texts.getOrDefault(index, "");
      if (!name.isEmpty() && name.charAt(0) != '[') {
        names.add(name);
      }
    }
    for (String text : texts.values()) {
      if (text.endsWith(";") || text.startsWith("(")) {
        Matcher types = IN_DESCRIPTOR.matcher(text);
        while (types.find()) {
          names.add(types.group(1));
        }
      }
    }
    names.removeIf(name -> name.startsWith("java/"));
    return names;
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
