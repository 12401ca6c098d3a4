package dev.vast4j.local.fleet;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs workers. All methods return at once; the {@link Listener} hears what happens. */
public interface WorkerHost {
  /**
   * What a worker boots from.
   *
   * @param worker the worker's id
   * @param incarnation the number of this boot of the worker
   * @param deployment the deployment's id
   * @param version the version's id
   * @param fresh whether the folder must be emptied first
   * @param instanceKey the key by which the worker fetches its bundle
   * @param environment the variables of the protocol, without the port
   * @param template the template to start, or null for a bundle
   */
  record Boot(
      long worker,
      long incarnation,
      long deployment,
      long version,
      boolean fresh,
      String instanceKey,
      Map<String, String> environment,
      @Nullable String template) {
    public Boot {
      environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
      // Without the key and the environment, which hold secrets.
      return "Boot[worker=" + worker + ", incarnation=" + incarnation + "]";
    }
  }

  /** How far a boot is. */
  enum Stage {
    /** The bundle is being unpacked into the worker's folder, unless it is there. */
    UNPACKING,
    /** The bundle is unpacked. */
    UNPACKED,
    /** The jars and assets that the bundle names are being fetched. */
    FETCHING,
    /** The worker's process runs. */
    RUNNING
  }

  /** Hears, on any thread, what happens to workers. */
  interface Listener {
    /** A boot reached a stage; not every boot goes through all of them. */
    void reached(long worker, long incarnation, Stage stage);

    /** The worker printed a line. */
    void output(long worker, String line);

    /** The worker ended or could not start; why, in words. */
    void ended(long worker, long incarnation, String why);
  }

  void boot(Boot boot);

  /** {@return whether a debugger may hold workers, so that silence means nothing} */
  default boolean debugged() {
    return false;
  }

  /** Ends a worker's process: gracefully, then by force. */
  void end(long worker, boolean force);

  /** Kills a worker's process as if by accident, so that it is replaced. */
  void kill(long worker);

  /** Asks a worker over HTTP to prepare for an update, then ends its process. */
  void update(long worker, String workerUrl, String mtoken);

  /** Deletes what an ended worker left behind. */
  void delete(long worker);
}
