package dev.vast4j.worker;

/**
 * What the worker reports to the engine about one request or session. Its mutable state is guarded
 * by the {@code LoadMetrics} that counts it.
 */
final class RequestRecord {
  /** The state of a request, in the engine's words. */
  enum Status {
    CREATED("Created"),
    STARTED("Started"),
    SUCCESS("Success"),
    ERROR("Error"),
    CANCELLED("Cancelled"),
    REJECTED("Rejected");

    final String word;

    Status(String word) {
      this.word = word;
    }
  }

  private static final double MAX_WORKLOAD = 1e200;

  final long requestIdx;
  final long reqnum;
  final double workload;

  /** Whether this is a session, which is in work from its creation to its end. */
  final boolean isSession;

  /** Whether this is a call in a session: the engine only knows the session. */
  final boolean inSession;

  /** What only an embedded engine is told. */
  final CallTrace trace = new CallTrace();

  Status status = Status.CREATED;
  boolean success;
  double enteredQueueAt;
  double workStartedAt;
  double workCompletedAt;

  private RequestRecord(
      long requestIdx, long reqnum, double workload, boolean isSession, boolean inSession) {
    this.requestIdx = requestIdx;
    this.reqnum = reqnum;
    // So that sums of them stay finite.
    this.workload = Math.min(workload, MAX_WORKLOAD);
    this.isSession = isSession;
    this.inSession = inSession;
  }

  static RequestRecord call(long requestIdx, long reqnum, double workload, boolean inSession) {
    return new RequestRecord(requestIdx, reqnum, workload, false, inSession);
  }

  static RequestRecord session(long requestIdx, long reqnum, double workload) {
    return new RequestRecord(requestIdx, reqnum, workload, true, false);
  }
}
