package dev.vast4j.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to registering a deployment. {@code toString} hides the upload fields, which contain a
 * signature. Immutable.
 *
 * @param action what the service did, such as {@code soft_update}
 * @param deploymentId the deployment's id
 * @param endpointId the endpoint's id
 * @param workergroupId the workergroup's id, or null
 * @param uploadUrl where to post the bundle, or null
 * @param uploadFields fields of the form to post, in order, or null
 * @param evictedVersions ids of versions that were dropped to make room
 */
public record PutResponse(
    String action,
    long deploymentId,
    long endpointId,
    @Nullable Long workergroupId,
    @Nullable String uploadUrl,
    @Nullable Map<String, String> uploadFields,
    List<String> evictedVersions) {

  /**
   * Copies the collections.
   *
   * @param action what the service did, such as {@code soft_update}
   * @param deploymentId the deployment's id
   * @param endpointId the endpoint's id
   * @param workergroupId the workergroup's id, or null
   * @param uploadUrl where to post the bundle, or null
   * @param uploadFields fields of the form to post, in order, or null
   * @param evictedVersions ids of versions that were dropped to make room
   */
  public PutResponse {
    uploadFields =
        uploadFields == null
            ? null
            : Collections.unmodifiableMap(new LinkedHashMap<>(uploadFields));
    evictedVersions = List.copyOf(evictedVersions);
  }

  /** {@return whether to upload the bundle: true if there are both a URL and fields} */
  public boolean needsUpload() {
    return uploadUrl != null && uploadFields != null;
  }

  @Override
  public String toString() {
    return "PutResponse[action="
        + action
        + ", deploymentId="
        + deploymentId
        + ", endpointId="
        + endpointId
        + ", workergroupId="
        + workergroupId
        + ", needsUpload="
        + needsUpload()
        + ", evictedVersions="
        + evictedVersions
        + "]";
  }
}
