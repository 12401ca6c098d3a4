package dev.vast4j;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a deploy would change, and which tier it would take, as far as that can be told without
 * changing anything: the service decides. {@link #toString()} reads like a diff.
 *
 * @param deployment the deployment's name
 * @param tag its tag
 * @param tier the tier it would take
 * @param changes what differs, in the order of the tiers
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
   * @param changes what differs, in the order of the tiers
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
   * @param from what is deployed; null when there is nothing, or it is not known
   * @param to what would be; null when it goes away
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
   * An asset, and whether a deploy would upload it.
   *
   * @param destination where it goes on a worker
   * @param sha256 its content's SHA-256, 64 hex digits
   * @param bytes its size
   * @param toUpload whether its content is not in the bucket yet; of several with one content, the
   *     first is uploaded
   */
  public record Asset(String destination, String sha256, long bytes, boolean toUpload) {
    @Override
    public String toString() {
      return "asset " + destination + ": " + bytes + " bytes" + (toUpload ? " to upload" : "");
    }
  }

  @Override
  public String toString() {
    return "%s (%s): tier %d, %s%s\n  bundle: %s, %d bytes"
        .formatted(
            deployment,
            tag,
            tier.level(),
            tier,
            Stream.concat(changes.stream(), assets.stream())
                .map(line -> "\n  " + line)
                .collect(Collectors.joining()),
            bundleHash,
            bundleSize);
  }
}
