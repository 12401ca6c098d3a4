package dev.vast4j.local.fleet;

/** Where a request goes, or why it waits. */
public sealed interface Placement {
  /**
   * The request goes to a worker.
   *
   * @param worker the worker
   * @param url its URL
   * @param requestIdx the request's index
   * @param reqnum the request's number on that worker
   */
  record Ready(long worker, String url, long requestIdx, long reqnum) implements Placement {}

  /**
   * The request waits.
   *
   * @param requestIdx the request's index
   * @param status the workers' states, in words
   */
  record Waiting(long requestIdx, String status) implements Placement {}
}
