package dev.vast4j;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a deploy would change, and the tier it would probably take; the service decides. {@link
 * #toString()} reads like a diff. Immutable.
 *
 * @param deployment the deployment's name
 * @param tag the deployment's tag
 * @param tier the tier it would take
 * @param changes the differences, ordered by tier
 * @param bundleHash content hash of the bundle, hex SHA-256
 * @param bundleSize size of its tarball in bytes
 * @param assets the image's assets, in its order
 */
public record UpdatePlan(
    String deployment,
    String tag,
    UpdateTier tier,
    List<Change> changes,
    String bundleHash,
    long bundleSize,
    List<Asset> assets) {

  /**
   * Copies the lists.
   *
   * @param deployment the deployment's name
   * @param tag its tag
   * @param tier the tier it would take
   * @param changes the differences, ordered by tier
   * @param bundleHash content hash of the bundle, hex SHA-256
   * @param bundleSize size of its tarball in bytes
   * @param assets the image's assets, in its order
   */
  public UpdatePlan {
    changes = List.copyOf(changes);
    assets = List.copyOf(assets);
  }

  /**
   * One difference.
   *
   * @param field what differs: {@code image}, {@code code}, {@code minLoad} …
   * @param from the deployed value; null when there is none or it is unknown
   * @param to the new value; null when it is removed
   */
  public record Change(String field, @Nullable String from, @Nullable String to) {
    @Override
    public String toString() {
      if (from == null) {
        return field + ": " + to;
      }
      return field + ": " + from + " → " + (to == null ? "(not set)" : to);
    }
  }

  /**
   * An asset of the image.
   *
   * @param destination where it goes on a worker
   * @param sha256 its content's SHA-256, 64 hex digits
   * @param bytes its size
   * @param toUpload whether its content is missing in the bucket; of several assets with the same
   *     content, only the first is uploaded
   */
  public record Asset(String destination, String sha256, long bytes, boolean toUpload) {
    @Override
    public String toString() {
      return "asset " + destination + ": " + bytes + " bytes" + (toUpload ? " to upload" : "");
    }
  }

  private String action() {
    return switch (tier) {
      case NONE -> "no change";
      case AUTOSCALING -> "change scaling";
      case SOFT -> "update code (soft update)";
      case HARD -> "update image or environment (hard update)";
      case NEW -> "create a new endpoint";
    };
  }

  @Override
  public String toString() {
    return "%s (%s): %s%s\n  bundle: %s, %d bytes"
        .formatted(
            deployment,
            tag,
            action(),
            Stream.concat(changes.stream(), assets.stream())
                .map(line -> "\n  " + line)
                .collect(Collectors.joining()),
            bundleHash,
            bundleSize);
  }
}
