package dev.vast4j.worker;

/**
 * What the engine is told about one request, or one session. Its changing parts are guarded by the
 * {@link LoadMetrics} it is handed to.
 */
final class RequestRecord {
  /** What became of a request, in the engine's words. */
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

  final long requestIdx;
  final long reqnum;
  final double workload;

  /** Whether this is a session itself; a session is in work from its creation to its end. */
  final boolean isSession;

  /** Whether it is a call inside a session: the engine knows of the session only. */
  final boolean inSession;

  Status status = Status.CREATED;
  boolean success;
  double enteredQueueAt;
  double workStartedAt;
  double workCompletedAt;

  private RequestRecord(
      long requestIdx, long reqnum, double workload, boolean isSession, boolean inSession) {
    this.requestIdx = requestIdx;
    this.reqnum = reqnum;
    this.workload = workload;
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
