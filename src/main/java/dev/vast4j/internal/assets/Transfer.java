package dev.vast4j.internal.assets;

import dev.vast4j.internal.bundle.AssetFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * The upload of one file: a single request, or a multipart upload, which is invisible until it is
 * complete. All but {@link #send} is for the deploying thread.
 */
final class Transfer {
  /** The metadata key of an object's digest. */
  static final String SHA256 = "sha256";

  private static final long PART_BYTES = 16L << 20;
  private static final int MOST_PARTS = 10_000;

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final AssetFile asset;
  private final List<Part> parts = new ArrayList<>();
  private final CompletedPart[] sent;
  private int left;
  private @Nullable String uploadId;

  Transfer(S3Client client, String bucket, String key, AssetFile asset) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.asset = asset;
    long size = asset.size();
    long partSize = Math.max(PART_BYTES, (size + MOST_PARTS - 1) / MOST_PARTS);
    long offset = 0;
    do {
      long length = Math.min(partSize, size - offset);
      parts.add(new Part(asset.path(), parts.size() + 1, offset, length));
      offset += length;
    } while (offset < size);
    this.sent = new CompletedPart[parts.size()];
    this.left = parts.size();
  }

  AssetFile asset() {
    return asset;
  }

  List<Part> parts() {
    return parts;
  }

  long bytesSent() {
    return parts.stream().mapToLong(Part::sent).sum();
  }

  boolean finished() {
    return left == 0;
  }

  void begin() {
    if (parts.size() > 1) {
      uploadId =
          client
              .createMultipartUpload(
                  r -> r.bucket(bucket).key(key).metadata(Map.of(SHA256, asset.sha256())))
              .uploadId();
    }
  }

  /** Sends a part. Thread-safe. */
  void send(Part part) throws IOException {
    try {
      sendOnce(part);
    } catch (SdkException e) {
      // A file that became shorter breaks connections; report the file instead.
      asset.checkUntouched();
      throw e;
    }
  }

  private void sendOnce(Part part) throws IOException {
    String upload = uploadId;
    try (part) {
      String md5 = part.md5();
      if (upload == null) {
        // The object is visible at once, so its content must match the key.
        asset.checkUntouched();
        client.putObject(
            r -> r.bucket(bucket).key(key).contentMD5(md5).metadata(Map.of(SHA256, asset.sha256())),
            part.body());
        asset.checkUntouched();
        return;
      }
      String tag =
          client
              .uploadPart(
                  r ->
                      r.bucket(bucket)
                          .key(key)
                          .uploadId(upload)
                          .partNumber(part.number())
                          .contentMD5(md5)
                          .contentLength(part.length()),
                  part.body())
              .eTag();
      sent[part.number() - 1] = CompletedPart.builder().partNumber(part.number()).eTag(tag).build();
    }
  }

  /** Records that a part was sent; the last one completes the object. */
  void sent() {
    left--;
    String upload = uploadId;
    if (left == 0 && upload != null) {
      asset.checkUntouched();
      client.completeMultipartUpload(
          r -> r.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(sent)));
      uploadId = null;
    }
  }

  /** Aborts an unfinished upload. */
  void abort() {
    String upload = uploadId;
    if (upload != null) {
      uploadId = null;
      client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
    }
  }
}
