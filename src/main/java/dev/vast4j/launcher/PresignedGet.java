package dev.vast4j.launcher;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A URL that gets an object out of an S3 bucket without further credentials, until it expires:
 * signature version 4 in the query. Immutable.
 */
public final class PresignedGet {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String region;
  private final String keyId;
  private final String secret;

  /**
   * A signer with a long-lived key; URLs signed with a temporary one would end with it.
   *
   * @param region the bucket's region
   * @param keyId the access key's id, which shows in the URLs
   * @param secret the key itself, which does not
   */
  public PresignedGet(String region, String keyId, String secret) {
    this.region = region;
    this.keyId = keyId;
    this.secret = secret;
  }

  /**
   * Signs a URL. The same arguments give the same URL.
   *
   * @param object the object's URL, its path encoded, without a query
   * @param at when its time begins
   * @param lifetime at most seven days
   * @return the URL with the signature
   */
  public String sign(URI object, Instant at, Duration lifetime) {
    String time = TIME.format(at);
    String day = time.substring(0, "yyyyMMdd".length());
    String scope = day + "/" + region + "/s3/aws4_request";
    String query =
        "X-Amz-Algorithm="
            + ALGORITHM
            + "&X-Amz-Credential="
            + encoded(keyId + "/" + scope)
            + "&X-Amz-Date="
            + time
            + "&X-Amz-Expires="
            + lifetime.toSeconds()
            + "&X-Amz-SignedHeaders=host";
    String request =
        String.join(
            "\n",
            "GET",
            object.getRawPath(),
            query,
            "host:" + host(object),
            "",
            "host",
            "UNSIGNED-PAYLOAD");
    String text = String.join("\n", ALGORITHM, time, scope, sha256(request));
    byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
    key = hmac(key, region);
    key = hmac(key, "s3");
    key = hmac(key, "aws4_request");
    String signature = HexFormat.of().formatHex(hmac(key, text));
    return object + "?" + query + "&X-Amz-Signature=" + signature;
  }

  /** As the HTTP client sends it: without the scheme's own port. */
  private static String host(URI object) {
    String host = object.getHost().toLowerCase(Locale.ROOT);
    int port = object.getPort();
    boolean usual = port < 0 || port == ("https".equals(object.getScheme()) ? 443 : 80);
    return usual ? host : host + ":" + port;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
