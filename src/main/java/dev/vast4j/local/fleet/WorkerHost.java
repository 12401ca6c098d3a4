package dev.vast4j.local.fleet;

import java.util.Map;

/** Runs workers. All methods return at once; what happens is told to the {@link Listener}. */
public interface WorkerHost {
  /**
   * What a worker boots from.
   *
   * @param worker the worker's id
   * @param incarnation tells this life of the worker from earlier ones
   * @param deployment the deployment's id
   * @param version the version's id
   * @param fresh whether the folder must be emptied first
   * @param instanceKey the key by which the worker fetches its bundle
   * @param environment the variables of the protocol, without the port
   */
  record Boot(
      long worker,
      long incarnation,
      long deployment,
      long version,
      boolean fresh,
      String instanceKey,
      Map<String, String> environment) {
    public Boot {
      environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
      // Without the key and the environment, which hold secrets.
      return "Boot[worker=" + worker + ", incarnation=" + incarnation + "]";
    }
  }

  /** How far a boot has come. */
  enum Stage {
    /** The bundle is brought into the worker's folder, if it is not there yet. */
    UNPACKING,
    /** All of the bundle is there. */
    UNPACKED,
    /** The jars that the bundle only names are being fetched. */
    FETCHING,
    /** The worker's process runs. */
    RUNNING
  }

  /** Is told, on any thread, what becomes of workers. */
  interface Listener {
    /** A boot has come so far; not every boot comes by every stage. */
    void reached(long worker, long incarnation, Stage stage);

    /** The worker printed a line. */
    void output(long worker, String line);

    /** The worker has ended, or could not be started: why, in words. */
    void ended(long worker, long incarnation, String why);
  }

  void boot(Boot boot);

  /** Ends a worker's process: politely, then by force. */
  void end(long worker, boolean force);

  /** Kills a worker's process as if by accident: it is to be replaced. */
  void kill(long worker);

  /** Asks a worker, over HTTP, to get ready for an update, and then ends its process. */
  void update(long worker, String workerUrl, String mtoken);

  /** Deletes what a worker that has ended left behind. */
  void delete(long worker);
}
