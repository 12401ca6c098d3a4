package dev.vast4j.launcher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts the passwords that {@code mvn --encrypt-password} writes: in Base64 a salt of 8 bytes,
 * the number of bytes at the end that mean nothing, and the text by AES, whose key and initial
 * vector are the SHA-256 of password and salt.
 */
final class SettingsCipher {
  private static final int SALT = 8;
  private static final int BLOCK = 16;
  private static final Pattern ENCRYPTED = Pattern.compile("(?<!\\\\)\\{([^{}]*)(?<!\\\\)}");

  private SettingsCipher() {}

  /** {@return what is between braces, beside which notes may stand, or null if there are none} */
  static @Nullable String encrypted(String text) {
    Matcher found = ENCRYPTED.matcher(text);
    return found.find() ? found.group(1) : null;
  }

  /** {@return the text, or null if it is encrypted with another password or not at all} */
  static @Nullable String decrypt(String encrypted, String password) {
    try {
      byte[] all = Base64.getMimeDecoder().decode(encrypted);
      if (all.length < SALT + 1) {
        return null;
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(password.getBytes(StandardCharsets.UTF_8));
      byte[] keys = digest.digest(Arrays.copyOf(all, SALT));
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(keys, 0, BLOCK, "AES"),
          new IvParameterSpec(keys, BLOCK, BLOCK));
      int from = SALT + 1;
      byte[] text = cipher.doFinal(all, from, Math.max(0, all.length - from - all[SALT]));
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }
}
