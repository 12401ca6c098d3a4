package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar of the user's own, which travels as it is. Its digest covers the names and contents of its
 * entries in their order, but no times, so that building the same sources again changes nothing.
 *
 * @param jar the file; its facts are set
 * @param digest the digest of its entries
 */
record BuiltJar(SourceFile jar, String digest) implements Content {
  /** Older versions of Maven write the time of the build into a comment. */
  private static final Pattern MAVENS = Pattern.compile("META-INF/maven/.+/pom\\.properties");

  private static final Pattern COMMENT = Pattern.compile("(?m)^#.*\\R?");
  private static final int BUFFER = 1 << 16;

  @Override
  public long size() {
    return jar.size();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    jar.writeTo(out);
  }

  /**
   * Computes the digest of a jar on disk.
   *
   * @throws IOException if it cannot be read, or an entry is damaged
   */
  static String digestOf(SourceFile jar) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[BUFFER];
    try (ZipFile zip = new ZipFile(jar.file().toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        Digests.frame(digest, entry.getName());
        MessageDigest content = Digests.sha256();
        try (InputStream in = zip.getInputStream(entry)) {
          if (MAVENS.matcher(entry.getName()).matches()) {
            content.update(withoutComments(in.readAllBytes()));
          } else {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              content.update(buffer, 0, n);
            }
          }
        }
        Digests.frame(digest, Digests.hex(content));
      }
    }
    jar.checkUntouched();
    return Digests.hex(digest);
  }

  private static byte[] withoutComments(byte[] properties) {
    return COMMENT.matcher(new String(properties, ISO_8859_1)).replaceAll("").getBytes(ISO_8859_1);
  }
}
