package dev.vast4j.internal.assets;

import dev.vast4j.launcher.SigV4;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Presigned upload forms, as the service makes them. */
public final class UploadForms {
  private UploadForms() {}

  /** The fields of a form that may post one object of at most so many bytes. */
  public static Map<String, String> postForm(
      String bucket, String key, long mostBytes, Instant at, Duration lifetime) {
    String credential = S3Proxy.SIGNER.credential(at);
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
                SigV4.ALGORITHM,
                credential,
                SigV4.time(at),
                mostBytes);
    String encoded = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", key);
    fields.put("x-amz-algorithm", SigV4.ALGORITHM);
    fields.put("x-amz-credential", credential);
    fields.put("x-amz-date", SigV4.time(at));
    fields.put("policy", encoded);
    fields.put("x-amz-signature", S3Proxy.SIGNER.sign(encoded, at));
    return fields;
  }
}
