package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Duration WAIT = Duration.ofMillis(5);
  private static final Executor DIRECT = Runnable::run;

  private final Timer timer = new Timer();
  private final List<String> started = new ArrayList<>();

  /** What runs, to be ended. */
  private final ArrayDeque<Lane<String>.Group> running = new ArrayDeque<>();

  /** A clock that tests put forward. */
  private static final class Timer implements LaneTimer {
    private record Due(long at, Runnable action) {}

    private final List<Due> due = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1000; // overflows soon

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void after(Duration delay, Runnable action) {
      due.add(new Due(now + delay.toNanos(), action));
    }

    void advance(Duration time) {
      now += time.toNanos();
      List<Due> ready = due.stream().filter(one -> one.at - now <= 0).toList();
      due.removeAll(ready);
      ready.stream()
          .sorted(Comparator.comparingLong(one -> one.at - now))
          .forEach(one -> one.action.run());
    }
  }

  private void begin(List<String> entries, Duration waited, Lane<String>.Group group) {
    started.add(String.join("", entries) + "@" + waited.toMillis());
    running.add(group);
  }

  private Lane<String>.Group alone(Lane<String> lane) {
    return lane.group(512, DIRECT, this::begin);
  }

  private Lane<String>.Group batches(Lane<String> lane, int size, Duration wait) {
    return lane.batches(size, wait, 512, DIRECT, this::begin);
  }

  private void enter(Lane<String>.Group group, String entries) {
    entries.chars().forEach(c -> group.enter(Character.toString(c), false));
  }

  private void end() {
    running.remove().leave();
  }

  @Test
  void runsOneAfterTheOtherInOrderOfArrival() {
    Lane<String> lane = new Lane<>(1, timer);
    Lane<String>.Group one = alone(lane);
    Lane<String>.Group other = alone(lane);
    enter(one, "a");
    enter(other, "b");
    enter(one, "c");
    assertThat(started).containsExactly("a@0");
    assertThat(lane.waits()).isTrue();
    end();
    end();
    end();
    assertThat(started).containsExactly("a@0", "b@0", "c@0");
    assertThat(lane.waits()).isFalse();
  }

  @Test
  void runsAsManyAsItsBound() {
    Lane<String>.Group group = alone(new Lane<>(3, timer));
    enter(group, "abcde");
    assertThat(started).containsExactly("a@0", "b@0", "c@0");
    end();
    assertThat(started).hasSize(4);
  }

  @Test
  void limitsThreadsButNotWhatGoesOnWithoutOne() {
    Lane<String>.Group group = new Lane<String>(10, timer).group(1, DIRECT, this::begin);
    enter(group, "abc");
    assertThat(started).containsExactly("a@0");
    group.freeThread();
    assertThat(started).containsExactly("a@0", "b@0");
    group.leaveLater();
    end();
    assertThat(started).hasSize(3);
  }

  @Test
  void runsAFullBatchAtOnceAndAPartialOneWhenItsOldestIsDue() {
    Lane<String>.Group group = batches(new Lane<>(1, timer), 3, WAIT);
    enter(group, "abcd");
    assertThat(started).containsExactly("abc@0");
    timer.advance(Duration.ofMillis(2));
    enter(group, "e");
    end();
    assertThat(started).hasSize(1);
    timer.advance(Duration.ofMillis(2));
    assertThat(started).hasSize(1);
    timer.advance(Duration.ofMillis(1));
    assertThat(started).containsExactly("abc@0", "de@5");
  }

  @Test
  void collectsWhileABatchRuns() {
    Lane<String>.Group group = batches(new Lane<>(1, timer), 3, Duration.ZERO);
    enter(group, "abcdef");
    end();
    end();
    assertThat(started).containsExactly("a@0", "bcd@0", "ef@0");
  }

  @Test
  void collectsWithoutABoundAsWell() {
    Lane<String>.Group group = batches(new Lane<>(10_000, timer), 3, Duration.ZERO);
    enter(group, "abcdef");
    assertThat(started).containsExactly("a@0", "bcd@0");
    end();
    end();
    assertThat(started).containsExactly("a@0", "bcd@0", "ef@0");
  }

  @Test
  void waitsInThePlaceOfItsOldestEntryAndLetsOthersPassMeanwhile() {
    Lane<String> lane = new Lane<>(1, timer);
    Lane<String>.Group group = batches(lane, 10, WAIT);
    Lane<String>.Group other = alone(lane);
    enter(other, "x");
    enter(group, "ab");
    enter(other, "yz");
    end();
    // Not due: the lane does not idle.
    assertThat(started).containsExactly("x@0", "y@0");
    timer.advance(WAIT);
    enter(group, "c");
    end();
    // Due, and older than z.
    assertThat(started).containsExactly("x@0", "y@0", "abc@5");
    enter(group, "d");
    end();
    assertThat(started).last().isEqualTo("z@5");
  }

  @Test
  void whatIsWithdrawnDoesNotRun() {
    Lane<String> lane = new Lane<>(1, timer);
    Lane<String>.Group group = batches(lane, 3, WAIT);
    enter(group, "ab");
    assertThat(group.withdraw("a")).isTrue();
    assertThat(group.withdraw("a")).isFalse();
    timer.advance(WAIT);
    assertThat(started).containsExactly("b@5");
    assertThat(group.withdraw("b")).isFalse();
    end();
    enter(group, "c");
    assertThat(group.withdraw("c")).isTrue();
    timer.advance(WAIT);
    assertThat(started).hasSize(1);
    assertThat(lane.waits()).isFalse();
  }
}
