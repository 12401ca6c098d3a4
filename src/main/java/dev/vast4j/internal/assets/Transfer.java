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
 * One file's way into the bucket: a single request, or the parts of a multipart upload, of which
 * nothing shows before it is completed. All but {@link #send} is for the deploying thread.
 */
final class Transfer {
  /** The metadata that an object's digest is kept in. */
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

  /** Sends a part. Many threads may do that at once. */
  void send(Part part) throws IOException {
    try {
      sendOnce(part);
    } catch (SdkException e) {
      // A file that became shorter meanwhile breaks connections, which are not what is wrong.
      asset.checkUntouched();
      throw e;
    }
  }

  private void sendOnce(Part part) throws IOException {
    String upload = uploadId;
    try (part) {
      String md5 = part.md5();
      if (upload == null) {
        // The object would show at once, so what is sent must be what the key says.
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

  /** Notes that a part was sent; the last one makes the object appear. */
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

  /** Takes back what is half-way there. */
  void abort() {
    String upload = uploadId;
    if (upload != null) {
      uploadId = null;
      client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
    }
  }
}
