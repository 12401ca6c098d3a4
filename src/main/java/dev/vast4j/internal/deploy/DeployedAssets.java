package dev.vast4j.internal.deploy;

import dev.vast4j.AssetStore;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.internal.assets.AssetBucket;
import dev.vast4j.internal.bundle.AssetEntry;
import dev.vast4j.internal.bundle.AssetFile;
import dev.vast4j.internal.bundle.BundleConfig;
import dev.vast4j.internal.bundle.BundlePlanner;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The assets of one plan or deploy. Without a store they stay on this machine's disk, from which
 * the workers of a local engine copy them. Close it.
 */
final class DeployedAssets implements AutoCloseable {
  private final List<AssetFile> files;
  private final @Nullable AssetStore store;
  private final @Nullable AssetBucket bucket;

  private DeployedAssets(
      List<AssetFile> files, @Nullable AssetStore store, @Nullable AssetBucket bucket) {
    this.files = files;
    this.store = store;
    this.bucket = bucket;
  }

  /** Digests the files, unless the cache knows them. */
  static DeployedAssets of(DeploymentSpec spec, BundlePlanner planner) {
    List<Image.Copied> assets = spec.image().assets();
    AssetStore store = spec.assets();
    if (assets.isEmpty()) {
      return new DeployedAssets(List.of(), null, null);
    }
    List<AssetFile> files = planner.assets(assets);
    if (store == null) {
      return new DeployedAssets(files, null, null);
    }
    return new DeployedAssets(files, store, AssetBucket.open(store, Clock.systemUTC()));
  }

  /** Where workers get them. */
  List<AssetEntry> stored() {
    return bucket != null
        ? bucket.stored(files)
        : files.stream()
            .map(
                f ->
                    new AssetEntry(
                        f.destination(), f.sha256(), f.size(), f.path().toUri().toString(), ""))
            .toList();
  }

  /** Returns the variables with the key that workers sign with. */
  List<BundleConfig.Variable> variables() {
    AssetStore.AccessKey key = store == null ? null : store.workerKey();
    return key == null
        ? List.of()
        : List.of(
            new BundleConfig.Variable("VAST4J_ASSET_KEY_ID", key.id()),
            new BundleConfig.Variable(
                "VAST4J_ASSET_KEY_SECRET", key.secret().value("AssetStore.workerKey")));
  }

  /** Lists what a deploy would upload. */
  List<UpdatePlan.Asset> planned() {
    Set<String> missing = new HashSet<>();
    if (bucket != null) {
      bucket.missing(files).forEach(file -> missing.add(file.sha256()));
    }
    return files.stream()
        .map(
            f ->
                new UpdatePlan.Asset(
                    f.destination(), f.sha256(), f.size(), missing.remove(f.sha256())))
        .toList();
  }

  /** Uploads the missing ones. */
  void upload(Consumer<Progress> tell) {
    if (bucket == null) {
      return;
    }
    List<AssetFile> missing = bucket.missing(files);
    if (!missing.isEmpty()) {
      bucket.upload(
          missing,
          (file, sent) ->
              tell.accept(new Progress.UploadingAsset(file.destination(), sent, file.size())));
    }
  }

  @Override
  public void close() {
    if (bucket != null) {
      bucket.close();
    }
  }
}
