package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** File names as text, independent of the locale. */
final class FileNames {
  /** What Java substitutes for a byte that it cannot decode. */
  private static final char UNKNOWN = '\uFFFD';

  private FileNames() {}

  /**
   * {@return the file's name as text} In a locale that cannot show it, Java's own text has
   * replacement characters; the URI has the bytes.
   */
  static String nameOf(Path path) {
    String name = path.getFileName().toString();
    return name.indexOf(UNKNOWN) < 0 ? name : new String(bytesOfName(path), StandardCharsets.UTF_8);
  }

  /**
   * Rejects a name that is not UTF-8: it would change on the way, and two such names could collide.
   *
   * @param path the file
   * @param name what {@link #nameOf} returned
   */
  static void requireText(Path path, String name) {
    if (name.indexOf(UNKNOWN) < 0) {
      return;
    }
    try {
      var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytesOfName(path)));
    } catch (CharacterCodingException e) {
      throw new BundleException(
          path.toString(),
          "its name is not UTF-8; rename it, or list it in " + IgnoreRules.FILE_NAME,
          e);
    }
  }

  private static byte[] bytesOfName(Path path) {
    String uri = path.toUri().getRawPath();
    if (uri.endsWith("/")) {
      uri = uri.substring(0, uri.length() - 1);
    }
    String last = uri.substring(uri.lastIndexOf('/') + 1).replace("+", "%2B");
    return URLDecoder.decode(last, StandardCharsets.ISO_8859_1)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
