package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens in whatever order: what enters a lane starts once, in order, and in time. */
class LaneProperties {
  private static final int STEPS = 300;

  /** A clock that a trial puts forward. */
  private static final class Clock implements LaneTimer {
    private final TreeMap<Long, List<Runnable>> due = new TreeMap<>();
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void after(Duration delay, Runnable action) {
      due.computeIfAbsent(now + delay.toNanos(), at -> new ArrayList<>()).add(action);
    }

    void advance(long nanos) {
      long end = now + nanos;
      while (!due.isEmpty() && due.firstKey() <= end) {
        now = Math.max(now, due.firstKey());
        due.pollFirstEntry().getValue().forEach(Runnable::run);
      }
      now = end;
    }
  }

  /** One trial: random entries, ends, withdrawals and time in a lane of two groups. */
  private static final class Trial {
    private final Random random;
    private final Clock clock = new Clock();
    private final int bound;
    private final int maxSize;
    private final long maxWait;
    private final List<Lane<Integer>.Group> groups;
    private final List<List<Integer>> waiting = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<Long> arrivals = new ArrayList<>();
    private final List<Lane<Integer>.Group> running = new ArrayList<>();
    private final Set<Integer> started = new HashSet<>();
    private final Set<Integer> withdrawn = new HashSet<>();

    Trial(long seed, int bound, int maxSize, long maxWait) {
      this.random = new Random(seed);
      this.bound = bound;
      this.maxSize = maxSize;
      this.maxWait = maxWait;
      Lane<Integer> lane = new Lane<>(bound, clock);
      this.groups =
          List.of(
              lane.batches(maxSize, Duration.ofNanos(maxWait), 512, Runnable::run, this::begin),
              lane.group(512, Runnable::run, this::begin));
    }

    private void begin(List<Integer> entries, Duration waited, Lane<Integer>.Group group) {
      int which = groups.indexOf(group);
      List<Integer> queue = waiting.get(which);
      int size = which == 0 ? maxSize : 1;
      assertThat(entries)
          .as("the oldest ones, in order")
          .isEqualTo(queue.subList(0, Math.min(entries.size(), queue.size())))
          .hasSizeBetween(1, size);
      long wait = clock.now - arrivals.get(entries.get(0));
      assertThat(waited.toNanos()).isEqualTo(wait);
      if (which == 0 && entries.size() < maxSize) {
        assertThat(entries).as("a partial batch has all").hasSameSizeAs(queue);
        assertThat(wait).as("and was due").isGreaterThanOrEqualTo(maxWait);
      }
      assertThat(Collections.disjoint(started, entries)).as("none twice").isTrue();
      started.addAll(entries);
      queue.subList(0, entries.size()).clear();
      running.add(group);
      assertThat(running).hasSizeLessThanOrEqualTo(bound);
    }

    private void step() {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          int which = random.nextInt(4) / 3;
          int entry = arrivals.size();
          arrivals.add(clock.now);
          waiting.get(which).add(entry);
          groups.get(which).enter(entry, false);
        }
        case 3 -> end();
        case 4 -> clock.advance(random.nextInt(8));
        default -> withdraw();
      }
      if (running.size() < bound) {
        assertThat(waiting.get(1)).as("room, and nothing waits alone").isEmpty();
        List<Integer> queue = waiting.get(0);
        assertThat(queue).as("no full batch waits").hasSizeLessThan(maxSize);
        assertThat(queue).allMatch(entry -> clock.now - arrivals.get(entry) < maxWait);
      }
    }

    private void end() {
      if (!running.isEmpty()) {
        running.remove(random.nextInt(running.size())).leave();
      }
    }

    private void withdraw() {
      if (arrivals.isEmpty()) {
        return;
      }
      Integer entry = random.nextInt(arrivals.size());
      for (int which = 0; which < 2; which++) {
        boolean waits = waiting.get(which).remove(entry);
        assertThat(groups.get(which).withdraw(entry)).isEqualTo(waits);
        if (waits) {
          withdrawn.add(entry);
        }
      }
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      clock.advance(maxWait);
      while (!running.isEmpty()) {
        end();
      }
      assertThat(Collections.disjoint(started, withdrawn)).isTrue();
      assertThat(started.size() + withdrawn.size()).isEqualTo(arrivals.size());
    }
  }

  @Property(tries = 300)
  void eachEntryStartsOnceInOrderAndInTime(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int bound,
      @ForAll @IntRange(min = 1, max = 9) int maxSize,
      @ForAll @IntRange(max = 12) int maxWait) {
    new Trial(seed, bound, maxSize, maxWait).run();
  }
}
