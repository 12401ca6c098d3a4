package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the engine routed a call, which it proves by signing the worker's URL. The signature
 * of a URL is always the same, so most calls only need a comparison with a remembered one, in
 * constant time, instead of RSA. Thread-safe, does not block.
 */
final class RouteSignatures {
  /** Callers use one URL of a worker, rarely a few. */
  private static final int REMEMBERED = 64;

  /** No RSA signature in use is longer. */
  private static final int MAX_SIGNATURE_CHARS = 4096;

  private static final int MAX_URL_CHARS = 4096;

  private static final JsonMapper PYTHON_JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private final boolean unsecured;
  private final Map<String, byte[]> good = new ConcurrentHashMap<>();
  private final ArrayDeque<String> order = new ArrayDeque<>();
  private volatile @Nullable RSAPublicKey key;
  private volatile @Nullable String only;

  RouteSignatures(boolean unsecured) {
    this.unsecured = unsecured;
  }

  /** Sets the key; without one, all calls are refused. */
  void key(RSAPublicKey publicKey) {
    key = publicKey;
  }

  /** Refuses signatures of other URLs, that is, of other workers, from now on. */
  void only(String url) {
    only = url;
  }

  /** {@return whether this is the engine's signature of the URL, and the URL is allowed} */
  boolean accept(String url, String signature) {
    if (unsecured) {
      return true;
    }
    String own = only;
    if (own != null && !own.equals(url)) {
      return false;
    }
    RSAPublicKey current = key;
    if (current == null
        || signature.length() > MAX_SIGNATURE_CHARS
        || url.length() > MAX_URL_CHARS) {
      return false;
    }
    byte[] given = signature.getBytes(StandardCharsets.UTF_8);
    byte[] known = good.get(url);
    if (known != null && MessageDigest.isEqual(known, given)) {
      return true;
    }
    if (!verify(current, url, given)) {
      return false;
    }
    remember(url, given);
    return true;
  }

  private static boolean verify(RSAPublicKey key, String url, byte[] base64) {
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(key);
      verifier.update(signedText(url).getBytes(StandardCharsets.UTF_8));
      // As lenient about line breaks as the reference.
      return verifier.verify(Base64.getMimeDecoder().decode(base64));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // Neither bad Base64 nor a wrong length can be the engine's signature.
      return false;
    }
  }

  private void remember(String url, byte[] signature) {
    synchronized (order) {
      if (good.put(url, signature) == null) {
        order.addLast(url);
        if (order.size() > REMEMBERED) {
          good.remove(order.removeFirst());
        }
      }
    }
  }

  /**
   * {@return the text that the engine signs} Python's {@code json.dumps({"url": url}, indent=4)}.
   */
  static String signedText(String url) {
    try {
      // Jackson leaves DEL alone, which Python escapes.
      String text = PYTHON_JSON.writeValueAsString(url).replace("\u007f", "\\u007f");
      return "{\n    \"url\": " + text + "\n}";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot encode a text", e);
    }
  }
}
