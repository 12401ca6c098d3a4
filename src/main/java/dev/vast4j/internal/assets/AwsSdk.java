package dev.vast4j.internal.assets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Detects the AWS SDK without needing it. */
public final class AwsSdk {
  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.of(
              "software.amazon.awssdk.services.s3.S3Client",
              "software.amazon.awssdk:s3",
              "software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient",
              "software.amazon.awssdk:url-connection-client"));

  private AwsSdk() {}

  /** {@return the artifacts that the class path lacks, as {@code group:artifact}} */
  public static List<String> missing() {
    List<String> missing = new ArrayList<>();
    NEEDED.forEach(
        (type, artifact) -> {
          try {
            Class.forName(type, false, AwsSdk.class.getClassLoader());
          } catch (ClassNotFoundException e) {
            missing.add(artifact);
          }
        });
    return missing;
  }
}
