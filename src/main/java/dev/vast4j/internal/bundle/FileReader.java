package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.CRC32;

/** Gives files their facts. */
final class FileReader {
  private static final int BUFFER = 64 * 1024;
  private static final int CLASS_MAGIC = 0xcafebabe;
  private static final int CLASS_HEADER = 8;

  void read(List<SourceFile> files) {
    for (SourceFile file : files) {
      if (!file.hasFacts()) {
        file.setFacts(read(file));
      }
    }
  }

  private static FileFacts read(SourceFile file) {
    MessageDigest digest = Digests.sha256();
    CRC32 crc = new CRC32();
    byte[] header = new byte[CLASS_HEADER];
    int headerLength = 0;
    try {
      long size = 0;
      try (InputStream in = file.open()) {
        byte[] buffer = new byte[(int) Math.max(CLASS_HEADER, Math.min(BUFFER, file.size() + 1))];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          int take = Math.min(n, CLASS_HEADER - headerLength);
          System.arraycopy(buffer, 0, header, headerLength, take);
          headerLength += take;
          size += n;
          digest.update(buffer, 0, n);
          crc.update(buffer, 0, n);
        }
      }
      if (size != file.size()) {
        throw file.changed();
      }
      file.checkUntouched();
      int version =
          headerLength == CLASS_HEADER && java.nio.ByteBuffer.wrap(header).getInt() == CLASS_MAGIC
              ? ((header[6] & 0xff) << 8) | (header[7] & 0xff)
              : 0;
      return new FileFacts(Digests.hex(digest), (int) crc.getValue(), version);
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
