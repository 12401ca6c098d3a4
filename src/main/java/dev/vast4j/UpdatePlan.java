package dev.vast4j;

import java.util.List;
import java.util.stream.Collectors;
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
 */
public record UpdatePlan(
    String deployment,
    String tag,
    UpdateTier tier,
    List<Change> changes,
    String bundleHash,
    long bundleSize) {

  /**
   * Copies the changes.
   *
   * @param deployment the deployment's name
   * @param tag its tag
   * @param tier the tier it would take
   * @param changes what differs, in the order of the tiers
   * @param bundleHash content hash of the bundle, hex SHA-256
   * @param bundleSize size of its tarball in bytes
   */
  public UpdatePlan {
    changes = List.copyOf(changes);
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

  @Override
  public String toString() {
    return "%s (%s): tier %d, %s%s"
        .formatted(
            deployment,
            tag,
            tier.level(),
            tier,
            changes.stream().map(c -> "\n  " + c).collect(Collectors.joining()));
  }
}
