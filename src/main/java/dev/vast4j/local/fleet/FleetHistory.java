package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What an endpoint did in the last quarter of an hour, in steps of five seconds, in constant
 * memory. Guarded by the engine's lock.
 */
final class FleetHistory {
  static final int STEP_SECONDS = 5;
  static final int STEPS = 180;

  private static final int MARKS = 100;
  private static final int TEXT = 300;

  /** What is kept of each step. */
  enum Column {
    ARRIVED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    LOST,
    TIMED_OUT,
    P50,
    P95,
    P99,
    QUEUE,
    READY,
    STARTING,
    STOPPED,
    ERROR,
    CAPACITY,
    CALL_MS,
    WAIT_MS
  }

  /** What the page marks on its charts. */
  enum Kind {
    UPDATE,
    SCALING,
    FAILURE
  }

  private record Mark(double at, Kind kind, String text) {}

  /**
   * What is true at one moment.
   *
   * @param queue calls that wait in the engine
   * @param ready workers that serve
   * @param starting workers on their way
   * @param stopped workers without a process
   * @param error workers in error
   * @param capacity calls a second that the ready workers can serve
   * @param callMillis milliseconds that a call takes on one worker, by the measured performance
   * @param waitMillis milliseconds that a new call would wait
   */
  record Sample(
      int queue,
      int ready,
      int starting,
      int stopped,
      int error,
      double capacity,
      double callMillis,
      double waitMillis) {}

  private final Map<Column, float[]> values = new EnumMap<>(Column.class);
  private final Latencies step = new Latencies();

  /** Of the current minute and the one before, for what is shown as the present. */
  private final Latencies minute = new Latencies();

  private final Latencies lastMinute = new Latencies();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long current = Long.MIN_VALUE;

  /** {@return the number of the current step, which grows with time} */
  long current() {
    return current;
  }

  private void advance(double now) {
    long wanted = (long) Math.floor(now / STEP_SECONDS);
    if (wanted <= current) {
      return; // a clock set back adds to the newest step
    }
    if (current != Long.MIN_VALUE) {
      closeStep();
      if (minuteOf(wanted) != minuteOf(current)) {
        lastMinute.clear();
        if (minuteOf(wanted) == minuteOf(current) + 1) {
          lastMinute.add(minute);
        }
        minute.clear();
      }
      for (long next = Math.max(current + 1, wanted - STEPS + 1); next <= wanted; next++) {
        clear(index(next));
      }
    }
    current = wanted;
  }

  private static long minuteOf(long number) {
    return Math.floorDiv(number, 60 / STEP_SECONDS);
  }

  private static int index(long number) {
    return (int) Math.floorMod(number, (long) STEPS);
  }

  private void closeStep() {
    if (step.total() > 0) {
      set(Column.P50, step.quantile(0.5) * 1000);
      set(Column.P95, step.quantile(0.95) * 1000);
      set(Column.P99, step.quantile(0.99) * 1000);
      step.clear();
    }
  }

  private void clear(int index) {
    values.values().forEach(column -> column[index] = 0);
  }

  private float[] column(Column column) {
    return values.computeIfAbsent(column, key -> new float[STEPS]);
  }

  private void set(Column column, double value) {
    if (value != 0 || values.containsKey(column)) {
      column(column)[index(current)] = (float) value;
    }
  }

  private void count(Column column) {
    column(column)[index(current)]++;
  }

  void arrived(double now) {
    advance(now);
    count(Column.ARRIVED);
  }

  /** Counts an attempt or a call that ended; its time counts when it was answered. */
  void ended(CallState how, double seconds, double now) {
    advance(now);
    count(Column.valueOf(how.name()));
    if (how == CallState.SUCCEEDED || how == CallState.FAILED) {
      step.add(seconds);
      minute.add(seconds);
    }
  }

  /** Records the present; of a step the longest queue and wait, and the last of all else. */
  void sample(Sample sample, double now) {
    advance(now);
    int at = index(current);
    set(Column.QUEUE, Math.max(value(Column.QUEUE, at), sample.queue()));
    set(Column.READY, sample.ready());
    set(Column.STARTING, sample.starting());
    set(Column.STOPPED, sample.stopped());
    set(Column.ERROR, sample.error());
    set(Column.CAPACITY, sample.capacity());
    set(Column.CALL_MS, sample.callMillis());
    set(Column.WAIT_MS, Math.max(value(Column.WAIT_MS, at), sample.waitMillis()));
  }

  private float value(Column column, int index) {
    float[] found = values.get(column);
    return found == null ? 0 : found[index];
  }

  void mark(Kind kind, String text, double now) {
    if (marks.size() == MARKS) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(now, kind, text.length() > TEXT ? text.substring(0, TEXT) + "…" : text));
  }

  /** {@return how many a second, over the last full step and the current one} */
  double perSecond(double now, Column... columns) {
    advance(now);
    double passed = now - current * (double) STEP_SECONDS + STEP_SECONDS;
    double sum = 0;
    for (Column column : columns) {
      sum += value(column, index(current)) + value(column, index(current - 1));
    }
    return sum / Math.min(2 * STEP_SECONDS, Math.max(STEP_SECONDS, passed));
  }

  /** {@return a quantile of the last minute or two, in milliseconds; NaN without calls} */
  double recentMillis(double share) {
    Latencies both = new Latencies();
    both.add(lastMinute);
    both.add(minute);
    return both.quantile(share) * 1000;
  }

  /** {@return all columns, oldest step first, the current one left out, and the marks} */
  ObjectNode toJson(double now) {
    advance(now);
    ObjectNode json =
        ServiceJson.object().put("step", STEP_SECONDS).put("end", current * (double) STEP_SECONDS);
    for (Column column : Column.values()) {
      ArrayNode array = json.putArray(column.name().toLowerCase(Locale.ROOT));
      if (values.containsKey(column)) {
        for (long number = current - STEPS + 1; number < current; number++) {
          array.add(Math.round(value(column, index(number)) * 100) / 100.0);
        }
      }
    }
    ArrayNode marked = json.putArray("marks");
    for (Mark mark : marks) {
      if (mark.at() > now - STEP_SECONDS * STEPS) {
        marked
            .addObject()
            .put("at", mark.at())
            .put("kind", mark.kind().name().toLowerCase(Locale.ROOT))
            .put("text", mark.text());
      }
    }
    return json;
  }
}
