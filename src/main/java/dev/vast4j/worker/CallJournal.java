package dev.vast4j.worker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls whose state an embedded engine has not been told yet. Records nothing until one is
 * there. Bounded: beyond that the oldest are forgotten. Guarded by the {@code LoadMetrics}.
 */
final class CallJournal {
  /** Calls that wait to be reported. */
  static final int MOST_WAITING = 20_000;

  /** Calls in one report. */
  static final int MOST_REPORTED = 2_000;

  /** Characters of stack traces in one report; beyond them class and message must do. */
  static final int MOST_TRACE_CHARACTERS = 512 << 10;

  /**
   * The state of a call.
   *
   * @param record the call
   * @param number its number on this worker
   * @param state its state
   * @param enteredQueueAt when it arrived
   * @param workStartedAt when its function began, or 0
   * @param endedAt when it ended, or 0
   * @param failure why it failed, or null
   * @param withTrace whether the report has room for the stack trace
   */
  record Entry(
      RequestRecord record,
      long number,
      CallTrace.State state,
      double enteredQueueAt,
      double workStartedAt,
      double endedAt,
      CallTrace.@Nullable Failure failure,
      boolean withTrace) {}

  private final LinkedHashSet<RequestRecord> changed = new LinkedHashSet<>();
  private boolean on;
  private long numbers;

  /** Starts to record. */
  void start() {
    on = true;
  }

  boolean isOn() {
    return on;
  }

  boolean isEmpty() {
    return changed.isEmpty();
  }

  void changed(RequestRecord record, CallTrace.State state, double endedAt) {
    CallTrace trace = record.trace;
    trace.state = state;
    trace.endedAt = endedAt;
    if (on) {
      add(record);
    }
  }

  private void add(RequestRecord record) {
    if (changed.size() >= MOST_WAITING && !changed.contains(record)) {
      Iterator<RequestRecord> oldest = changed.iterator();
      oldest.next();
      oldest.remove();
    }
    changed.add(record);
  }

  /** Removes the oldest changes and returns them. */
  List<Entry> take() {
    List<Entry> taken = new ArrayList<>(Math.min(changed.size(), MOST_REPORTED));
    int room = MOST_TRACE_CHARACTERS;
    for (Iterator<RequestRecord> it = changed.iterator();
        it.hasNext() && taken.size() < MOST_REPORTED; ) {
      RequestRecord record = it.next();
      it.remove();
      CallTrace trace = record.trace;
      if (trace.number == 0) {
        trace.number = ++numbers;
      }
      CallTrace.Failure failure = trace.failure;
      room -= failure == null ? 0 : failure.stackTrace().length();
      taken.add(
          new Entry(
              record,
              trace.number,
              trace.state,
              record.enteredQueueAt,
              record.workStartedAt,
              trace.endedAt,
              failure,
              room >= 0));
    }
    return taken;
  }

  /** Takes back what no engine accepted. */
  void putBack(List<Entry> entries) {
    entries.forEach(entry -> add(entry.record()));
  }
}
