package dev.vast4j.internal.deploy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Files that only the holder of a key can read or make: a header with a random salt, from which and
 * the key each file's own key is derived, then blocks in AES-GCM, numbered and with a mark on the
 * last, so that none can be changed, moved or cut off.
 */
final class SealedFile {
  private static final long FORMAT = 0x7661_7374_346a_0001L;
  private static final int SALT = 32;
  private static final int BLOCK = 1 << 20;
  private static final int TAG = 16;
  private static final int NONCE = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SealedFile() {}

  /**
   * Writes a file.
   *
   * @param key makes a file's key of its salt: 32 bytes
   */
  static void write(InputStream content, Path file, UnaryOperator<byte[]> key) throws IOException {
    byte[] salt = new byte[SALT];
    RANDOM.nextBytes(salt);
    try (OutputStream out =
            Files.newOutputStream(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        DataOutputStream data = new DataOutputStream(out)) {
      data.writeLong(FORMAT);
      data.write(salt);
      SecretKeySpec secret = new SecretKeySpec(key.apply(salt), "AES");
      byte[] next = content.readNBytes(BLOCK);
      for (long number = 0; ; number++) {
        byte[] block = next;
        next = block.length < BLOCK ? new byte[0] : content.readNBytes(BLOCK);
        boolean last = next.length == 0;
        data.write(crypt(Cipher.ENCRYPT_MODE, secret, number, last, block));
        if (last) {
          return;
        }
      }
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException also when it was sealed with another key or is damaged
   */
  static void read(Path file, OutputStream content, UnaryOperator<byte[]> key) throws IOException {
    try (InputStream in =
            Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        DataInputStream data = new DataInputStream(in)) {
      byte[] salt = new byte[SALT];
      if (data.readLong() != FORMAT) {
        throw new IOException(file + " has another format");
      }
      data.readFully(salt);
      SecretKeySpec secret = new SecretKeySpec(key.apply(salt), "AES");
      byte[] next = data.readNBytes(BLOCK + TAG);
      for (long number = 0; ; number++) {
        byte[] block = next;
        next = block.length < BLOCK + TAG ? new byte[0] : data.readNBytes(BLOCK + TAG);
        boolean last = next.length == 0;
        if (block.length < TAG) {
          throw new EOFException(file + " is cut off");
        }
        content.write(crypt(Cipher.DECRYPT_MODE, secret, number, last, block));
        if (last) {
          return;
        }
      }
    }
  }

  private static byte[] crypt(
      int mode, SecretKeySpec secret, long number, boolean last, byte[] block) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      // Each file has a key of its own, so the block's number is used once.
      byte[] nonce = ByteBuffer.allocate(NONCE).putLong(number).array();
      cipher.init(mode, secret, new GCMParameterSpec(8 * TAG, nonce));
      cipher.updateAAD(new byte[] {(byte) (last ? 1 : 0)});
      return cipher.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new IOException("sealed with another key, or damaged", e);
    }
  }
}
