package dev.vast4j;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 * @param signaturesCompared whether the deployed version's signatures are known on this machine, so
 *     that {@code breakingChanges} says something; true when the code is the same
 * @param breakingChanges what clients of the deployed version cannot do with the planned one
 * @param workers how many workers the deployment has now, or null when the service does not say
 * @param market what the market has for the image's requirements; empty when it did not answer in
 *     time
 */
public record UpdatePlan(
    String deployment,
    String tag,
    UpdateTier tier,
    List<Change> changes,
    String bundleHash,
    long bundleSize,
    List<Asset> assets,
    boolean signaturesCompared,
    List<BreakingChange> breakingChanges,
    @Nullable Integer workers,
    Optional<MarketEstimate> market) {

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
   * @param signaturesCompared whether the deployed version's signatures are known on this machine
   * @param breakingChanges what clients of the deployed version cannot do with the planned one
   * @param workers how many workers the deployment has now, or null when the service does not say
   * @param market what the market has for the image's requirements; empty when it did not answer in
   *     time
   */
  public UpdatePlan {
    changes = List.copyOf(changes);
    assets = List.copyOf(assets);
    breakingChanges = List.copyOf(breakingChanges);
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
      return "asset " + destination + ": " + size(bytes) + (toUpload ? " to upload" : "");
    }
  }

  /**
   * A change that breaks clients of the deployed version. Deploy it under another tag, or keep the
   * old function beside a new one.
   *
   * @param kind what changed
   * @param location the function's name, or {@code function.parameter}
   * @param text the change as a sentence without its full stop
   */
  public record BreakingChange(Kind kind, String location, String text) {
    /** What changed. */
    public enum Kind {
      /** A function is gone. */
      FUNCTION_REMOVED,
      /** A parameter is gone. */
      PARAMETER_REMOVED,
      /** A parameter has another name. */
      PARAMETER_RENAMED,
      /** A parameter is required that was optional or was not there. */
      PARAMETER_REQUIRED,
      /** A parameter, or something in it, has a type that does not read what clients send. */
      PARAMETER_TYPE,
      /** The result, or something in it, has a type that clients do not read. */
      RESULT_TYPE
    }

    @Override
    public String toString() {
      return "breaking: " + text + "; use another tag";
    }
  }

  /** The lines about signatures: what breaks, or that nothing is known. */
  private Stream<?> signatures() {
    boolean code = tier == UpdateTier.SOFT || tier == UpdateTier.HARD;
    return code && !signaturesCompared
        ? Stream.of("signatures not compared")
        : breakingChanges.stream();
  }

  private String action() {
    return switch (tier) {
      case NONE -> "no change (NONE)";
      case AUTOSCALING -> "change scaling, workers keep running";
      case SOFT -> "update code" + ofWorkers() + ", no restart of machines (soft)";
      case HARD -> "update image or environment" + ofWorkers() + ", machines restart (hard)";
      case NEW -> "create a new endpoint and recruit workers";
    };
  }

  private String ofWorkers() {
    if (workers == null) {
      return "";
    }
    return workers == 0
        ? ", no workers yet"
        : workers == 1 ? " of 1 worker" : " of " + workers + " workers";
  }

  /** {@return a size for people, such as 5.1 MB} */
  private static String size(long bytes) {
    if (bytes < 1000) {
      return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, List.of("kB", "MB", "GB", "TB").get(unit));
  }

  @Override
  public String toString() {
    return "%s (%s): %s%s\n  bundle: %s, %s%s"
        .formatted(
            deployment,
            tag,
            action(),
            Stream.of(signatures(), changes.stream(), assets.stream())
                .flatMap(lines -> lines)
                .map(line -> "\n  " + line.toString().replace("\n", "\\n"))
                .collect(Collectors.joining()),
            size(bundleSize),
            bundleHash,
            market.map(found -> "\n  market: " + found).orElse(""));
  }
}
