package dev.vast4j;

import java.util.List;
import java.util.Map;

/** A step of a deploy, as a {@link ProgressListener} hears of it. */
public sealed interface Progress {

  /**
   * Planning the bundle: finding and hashing files.
   *
   * @param deployment the deployment's name
   */
  record Planning(String deployment) implements Progress {}

  /**
   * Planned a bundle whose copies leave out what a build, a package manager or an editor makes, and
   * what git ignores.
   *
   * @param paths the files and folders that stay out
   * @param files how many files that is, counted up to 100,000 a copy
   * @param bytes the size of those
   */
  record LeftOut(List<String> paths, long files, long bytes) implements Progress {
    /**
     * Copies the list.
     *
     * @param paths the files and folders that stay out
     * @param files how many files that is, counted up to 100,000 a copy
     * @param bytes the size of those
     */
    public LeftOut {
      paths = List.copyOf(paths);
    }
  }

  /**
   * Writing the tarball.
   *
   * @param files how many files it holds
   */
  record Packing(int files) implements Progress {}

  /**
   * Uploading an asset to its bucket, before the deployment is registered.
   *
   * @param destination where it goes on a worker
   * @param sent bytes sent so far; falls when a part is sent again
   * @param total bytes in total
   */
  record UploadingAsset(String destination, long sent, long total) implements Progress {}

  /**
   * Registering the deployment with the web API.
   *
   * @param service the service by name and URL, for people: what {@link Vast} prints as
   */
  record Registering(String service) implements Progress {}

  /**
   * Uploading the bundle.
   *
   * @param sent bytes sent so far
   * @param total bytes in total
   */
  record Uploading(long sent, long total) implements Progress {}

  /**
   * Planned a deploy that is not carried out: {@link Deployment#plan()} is about to return.
   *
   * @param deployment the deployment's name
   * @param tier the tier that a deploy would take
   */
  record Planned(String deployment, UpdateTier tier) implements Progress {}

  /**
   * Knows what the market has for the image's requirements: before the deployment is registered
   * when no machine matches, else after it when workers may be recruited. Comes only if the market
   * answers in time.
   *
   * @param estimate offers and prices
   */
  record Market(MarketEstimate estimate) implements Progress {}

  /**
   * Registered the deployment, and uploaded its bundle if needed.
   *
   * @param deployment the deployment's name
   * @param tier the tier that the service chose
   * @param bundleBytes size of the bundle
   */
  record Deployed(String deployment, UpdateTier tier, long bundleBytes) implements Progress {}

  /**
   * Waiting for workers.
   *
   * @param wanted how many ready workers are needed
   * @param ready how many are ready
   * @param states number of workers by state, in the engine's words
   * @param errors the last error text of each worker that has one and isn't ready, by its id
   */
  record AwaitingWorkers(
      int wanted, int ready, Map<String, Integer> states, Map<Long, String> errors)
      implements Progress {
    /**
     * Copies the maps.
     *
     * @param wanted how many ready workers are needed
     * @param ready how many are ready
     * @param states number of workers by state, in the engine's words
     * @param errors the last error text of each worker that has one and isn't ready, by its id
     */
    public AwaitingWorkers {
      states = Map.copyOf(states);
      errors = Map.copyOf(errors);
    }
  }

  /**
   * The plan, the deploy or the wait failed; its exception says why.
   *
   * @param deployment the deployment's name
   */
  record Failed(String deployment) implements Progress {}

  /**
   * Enough workers are ready.
   *
   * @param ready how many
   * @param perf sum of their benchmarks, in workload per second
   * @param versionKnown false after an update on an engine that doesn't tell which version its
   *     workers run: some may run the version before
   */
  record WorkersReady(int ready, double perf, boolean versionKnown) implements Progress {
    /**
     * Tells of workers whose version is known.
     *
     * @param ready how many
     * @param perf sum of their benchmarks, in workload per second
     */
    public WorkersReady(int ready, double perf) {
      this(ready, perf, true);
    }
  }

  /**
   * Waiting for an update.
   *
   * @param workers how many workers run
   * @param updated how many of them are ready with the new version, as far as known
   * @param inferred whether the engine doesn't tell which version its workers run
   */
  record Updating(int workers, int updated, boolean inferred) implements Progress {}

  /**
   * An update is over.
   *
   * @param result what was found
   */
  record Updated(UpdateResult result) implements Progress {}
}
