package dev.vast4j;

import java.util.Map;

/** What a deploy is doing, as told to a {@link ProgressListener}. */
public sealed interface Progress {

  /**
   * The bundle is being planned: files are found and hashed.
   *
   * @param deployment the deployment's name
   */
  record Planning(String deployment) implements Progress {}

  /**
   * The tarball is being written.
   *
   * @param files how many files it holds
   */
  record Packing(int files) implements Progress {}

  /**
   * An asset is being uploaded to its bucket, which comes before the deployment is registered.
   *
   * @param destination where it goes on a worker
   * @param sent bytes sent so far; fewer than before when a part has to be sent again
   * @param total bytes in all
   */
  record UploadingAsset(String destination, long sent, long total) implements Progress {}

  /**
   * The deployment is being registered with the web API.
   *
   * @param service the service by name and URL, for people: {@link Vast#toString()}
   */
  record Registering(String service) implements Progress {}

  /**
   * The bundle is being uploaded.
   *
   * @param sent bytes sent so far
   * @param total bytes in all
   */
  record Uploading(long sent, long total) implements Progress {}

  /**
   * The deployment is registered, and uploaded where that was needed.
   *
   * @param deployment the deployment's name
   * @param tier what the service made of it
   * @param bundleBytes size of the bundle
   */
  record Deployed(String deployment, UpdateTier tier, long bundleBytes) implements Progress {}

  /**
   * Workers are being waited for.
   *
   * @param wanted how many ready ones are waited for
   * @param ready how many are ready
   * @param states how many workers are in which state, by the engine's names
   */
  record AwaitingWorkers(int wanted, int ready, Map<String, Integer> states) implements Progress {
    /**
     * Copies the states.
     *
     * @param wanted how many ready ones are waited for
     * @param ready how many are ready
     * @param states how many workers are in which state, by the engine's names
     */
    public AwaitingWorkers {
      states = Map.copyOf(states);
    }
  }

  /**
   * The workers that were waited for are ready.
   *
   * @param ready how many
   * @param perf workload per second of their benchmarks together
   */
  record WorkersReady(int ready, double perf) implements Progress {}
}
