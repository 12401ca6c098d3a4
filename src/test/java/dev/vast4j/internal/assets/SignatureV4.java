package dev.vast4j.internal.assets;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS signature version 4 by hand, as the service that hands out upload forms makes it. */
public final class SignatureV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SignatureV4() {}

  /** The fields of a form that may post one object of at most so many bytes. */
  public static Map<String, String> postForm(
      String bucket, String key, long mostBytes, Instant at, Duration lifetime) {
    String credential = S3Proxy.KEY_ID + "/" + scope(at);
    String policy =
        """
        {"expiration": "%s", "conditions": [{"bucket": "%s"}, {"key": "%s"},
          {"x-amz-algorithm": "%s"}, {"x-amz-credential": "%s"}, {"x-amz-date": "%s"},
          ["content-length-range", 1, %d]]}\
        """
            .formatted(
                DateTimeFormatter.ISO_INSTANT.format(
                    at.plus(lifetime).truncatedTo(java.time.temporal.ChronoUnit.MILLIS)),
                bucket,
                key,
                ALGORITHM,
                credential,
                TIME.format(at),
                mostBytes);
    String encoded = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", key);
    fields.put("x-amz-algorithm", ALGORITHM);
    fields.put("x-amz-credential", credential);
    fields.put("x-amz-date", TIME.format(at));
    fields.put("policy", encoded);
    fields.put("x-amz-signature", sign(encoded, at));
    return fields;
  }

  /** A URL for one request, its own query included. */
  public static String presigned(String method, String url, Instant at, Duration lifetime) {
    URI uri = URI.create(url);
    Map<String, String> query = new TreeMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], parts.length == 1 ? "" : parts[1]);
      }
    }
    query.put("X-Amz-Algorithm", ALGORITHM);
    query.put("X-Amz-Credential", encoded(S3Proxy.KEY_ID + "/" + scope(at)));
    query.put("X-Amz-Date", TIME.format(at));
    query.put("X-Amz-Expires", Long.toString(lifetime.toSeconds()));
    query.put("X-Amz-SignedHeaders", "host");
    StringBuilder text = new StringBuilder();
    query.forEach((name, value) -> text.append('&').append(name).append('=').append(value));
    String joined = text.substring(1);
    String request =
        String.join(
            "\n",
            method,
            uri.getRawPath(),
            joined,
            "host:" + uri.getAuthority(),
            "",
            "host",
            "UNSIGNED-PAYLOAD");
    String toSign = String.join("\n", ALGORITHM, TIME.format(at), scope(at), sha256(request));
    return url.replaceFirst("\\?.*", "") + "?" + joined + "&X-Amz-Signature=" + sign(toSign, at);
  }

  private static String scope(Instant at) {
    return TIME.format(at).substring(0, 8) + "/" + S3Proxy.REGION + "/s3/aws4_request";
  }

  private static String sign(String text, Instant at) {
    byte[] key = ("AWS4" + S3Proxy.SECRET).getBytes(StandardCharsets.UTF_8);
    for (String part : scope(at).split("/")) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
