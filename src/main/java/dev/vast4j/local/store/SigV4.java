package dev.vast4j.local.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS signature version 4 with this engine's own key pair, drawn at random at each start. */
final class SigV4 {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String REGION = "local";
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String accessKey;
  private final String secretKey;

  SigV4() {
    SecureRandom random = new SecureRandom();
    byte[] bytes = new byte[28];
    random.nextBytes(bytes);
    String hex = HexFormat.of().withUpperCase().formatHex(bytes);
    this.accessKey = "LOCAL" + hex.substring(0, 15);
    this.secretKey = hex.substring(16);
  }

  String credential(Instant at) {
    return accessKey + "/" + scope(at);
  }

  static String scope(Instant at) {
    return DAY.format(at) + "/" + REGION + "/s3/aws4_request";
  }

  static String time(Instant at) {
    return TIME.format(at);
  }

  static Instant parseTime(String time) {
    return Instant.from(TIME.parse(time));
  }

  /** The signature over a POST policy (its base64 text) or over a string to sign. */
  String sign(String text, Instant at) {
    byte[] key = hmac(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8), DAY.format(at));
    key = hmac(key, REGION);
    key = hmac(key, "s3");
    key = hmac(key, "aws4_request");
    return HexFormat.of().formatHex(hmac(key, text));
  }

  /** Compares two signatures in constant time. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }
}
