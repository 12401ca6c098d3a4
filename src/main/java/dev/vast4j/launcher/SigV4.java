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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS signature version 4 for S3, with a long-lived key: temporary credentials would expire before
 * the URLs they sign. Immutable.
 */
public final class SigV4 {
  /** The name of the algorithm in policies and URLs. */
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String region;
  private final String keyId;
  private final String secret;

  /**
   * Creates a signer.
   *
   * @param region the bucket's region
   * @param keyId the access key's id, which shows in URLs
   * @param secret the secret access key, which does not
   */
  public SigV4(String region, String keyId, String secret) {
    this.region = region;
    this.keyId = keyId;
    this.secret = secret;
  }

  /**
   * {@return a time as signed requests have it}
   *
   * @param at the time
   */
  public static String time(Instant at) {
    return TIME.format(at);
  }

  /**
   * {@return the instant that {@link #time} formatted}
   *
   * @param time its text
   * @throws java.time.DateTimeException when the text is something else
   */
  public static Instant parseTime(String time) {
    return Instant.from(TIME.parse(time));
  }

  /**
   * {@return key id and scope, as signed requests name them}
   *
   * @param at when the request is signed
   */
  public String credential(Instant at) {
    return keyId + "/" + scope(at);
  }

  /**
   * Presigns a URL: until it expires, it needs no other credentials. The same arguments give the
   * same URL.
   *
   * @param method such as {@code GET}
   * @param object the URL, its path encoded, without a query
   * @param query the URL's own query, decoded
   * @param at when its lifetime begins
   * @param lifetime at most seven days
   * @return the URL with query and signature
   */
  public String presign(
      String method, URI object, Map<String, String> query, Instant at, Duration lifetime) {
    Map<String, String> signed = new TreeMap<>(query);
    signed.put("X-Amz-Algorithm", ALGORITHM);
    signed.put("X-Amz-Credential", credential(at));
    signed.put("X-Amz-Date", time(at));
    signed.put("X-Amz-Expires", Long.toString(lifetime.toSeconds()));
    signed.put("X-Amz-SignedHeaders", "host");
    String signature = signature(method, host(object), object.getRawPath(), signed, at);
    return object + "?" + text(signed) + "&X-Amz-Signature=" + signature;
  }

  /**
   * Signs a request whose only signed header is the host.
   *
   * @param method such as {@code GET}
   * @param host the {@code Host} header
   * @param path the URL's path, encoded
   * @param query the URL's query, decoded, without the signature
   * @param at when the signature's lifetime begins
   * @return the signature
   */
  public String signature(
      String method, String host, String path, Map<String, String> query, Instant at) {
    String request =
        String.join(
            "\n",
            method,
            path,
            text(new TreeMap<>(query)),
            "host:" + host,
            "",
            "host",
            "UNSIGNED-PAYLOAD");
    return sign(String.join("\n", ALGORITHM, time(at), scope(at), sha256(request)), at);
  }

  /**
   * Signs a text, such as a POST policy in base64.
   *
   * @param text the text
   * @param at when it is signed
   * @return the signature
   */
  public String sign(String text, Instant at) {
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope(at).split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  /**
   * {@return the SHA-256 of a text in lower-case hex}
   *
   * @param text the text, hashed as UTF-8
   */
  public static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private String scope(Instant at) {
    return time(at).substring(0, "yyyyMMdd".length()) + "/" + region + "/s3/aws4_request";
  }

  /** As an HTTP client sends it: without the scheme's default port. */
  private static String host(URI object) {
    String host = object.getHost().toLowerCase(Locale.ROOT);
    int port = object.getPort();
    boolean usual = port < 0 || port == ("https".equals(object.getScheme()) ? 443 : 80);
    return usual ? host : host + ":" + port;
  }

  private static String text(Map<String, String> query) {
    return query.entrySet().stream()
        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
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
