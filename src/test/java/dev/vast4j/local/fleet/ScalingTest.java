package dev.vast4j.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Scaling.Decision;
import dev.vast4j.local.fleet.Scaling.Member;
import dev.vast4j.local.fleet.Scaling.Phase;
import dev.vast4j.local.fleet.Scaling.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The scaling rule against the documentation's examples. */
class ScalingTest {
  private static final int CAP = 100;

  private static ScalingParameters parameters(Object... fields) {
    ObjectNode config = ServiceJson.object();
    for (int i = 0; i < fields.length; i += 2) {
      config.putPOJO((String) fields[i], fields[i + 1]);
    }
    return ScalingParameters.of(ServiceJson.readObject(ServiceJson.bytes(config)));
  }

  private static List<Member> members(Phase phase, int count, double perf) {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(new Member(phase.ordinal() * 1000L + i, phase, perf, 0));
    }
    return members;
  }

  private static State state(double arrivals, double idleSeconds, List<Member> members) {
    return new State(idleSeconds, arrivals, 0, 0, false, CAP, members);
  }

  @Test
  void sparesCapacityByTargetUtilization() {
    // 900 anticipated at 0.9 needs capacity for 1000: ten workers of 100.
    State state = state(900, 0, members(Phase.READY, 1, 100));
    ScalingParameters p = parameters("target_util", 0.9, "cold_mult", 1, "max_workers", 50);
    assertThat(Scaling.decide(state, p).active()).isEqualTo(10);
    ScalingParameters half = parameters("target_util", 0.5, "cold_mult", 1, "max_workers", 50);
    assertThat(Scaling.decide(state, half).active()).isEqualTo(18);
  }

  @Test
  void drainsQueueWithinTargetQueueTime() {
    State state = new State(0, 200, 1000, 0, false, CAP, members(Phase.READY, 1, 100));
    ScalingParameters p =
        parameters("target_util", 0.5, "cold_mult", 1, "max_workers", 50, "target_queue_time", 10);
    assertThat(Scaling.decide(state, p).active()).isEqualTo((int) ((200 + 1000 / 10) / 0.5 / 100));
  }

  @Test
  void scalesUpByQueueLength() {
    List<Member> members = new ArrayList<>(members(Phase.READY, 2, 100));
    members.addAll(members(Phase.INACTIVE, 3, 100));
    ScalingParameters p =
        parameters("target_util", 0.5, "cold_mult", 1, "max_workers", 50, "target_queue_time", 10);
    State half = new State(0, 10, 0, 15, false, CAP, members);
    assertThat(Scaling.decide(half, p).active()).isEqualTo((int) (200 * 1.5 / 0.5 / 100));
    State muchTooLong = new State(0, 10, 0, 1000, false, CAP, members);
    assertThat(Scaling.decide(muchTooLong, p).active()).isEqualTo((int) (200 * 2 / 0.5 / 100));
    State justRight = new State(0, 10, 0, 10, false, CAP, members);
    assertThat(Scaling.decide(justRight, p).active()).isEqualTo(1);
  }

  @Test
  void countsWorkersInTransition() {
    ScalingParameters p = parameters("min_load", 300, "cold_mult", 1);
    List<Member> coming = new ArrayList<>(members(Phase.READY, 1, 100));
    coming.addAll(members(Phase.COMING, 1, 100));
    coming.addAll(members(Phase.FAILED, 1, 100));
    assertThat(Scaling.decide(state(0, 0, coming), p).changesNothing()).isTrue();

    List<Member> going = new ArrayList<>(members(Phase.READY, 1, 100));
    List<Member> leaving = members(Phase.LEAVING, 1, 100);
    going.addAll(leaving);
    going.addAll(members(Phase.STOPPING, 1, 100));
    Decision decision = Scaling.decide(state(0, 0, going), p);
    assertThat(decision.start()).containsExactly(leaving.get(0).id());
    assertThat(decision.create()).isZero();
    assertThat(decision.destroy()).isEmpty();
    assertThat(decision.changesNothing()).isFalse();
  }

  @Test
  void minLoadIsAFloor() {
    State state = state(0, 1000, members(Phase.READY, 1, 100));
    ScalingParameters p = parameters("min_load", 250, "cold_mult", 1);
    Decision decision = Scaling.decide(state, p);
    assertThat(decision.active()).isEqualTo(3);
    assertThat(decision.create()).isEqualTo(2);
    assertThat(decision.reason()).contains("min_load 250");
  }

  @Test
  void coldMultiplierKeepsInactiveCapacity() {
    // Active load 100 with cold_mult 2 is 200 in total: one inactive worker of 100 beside the
    // active one.
    State state = state(0, 0, members(Phase.READY, 1, 100));
    ScalingParameters p = parameters("min_load", 100, "cold_mult", 2);
    Decision decision = Scaling.decide(state, p);
    assertThat(decision.active()).isEqualTo(1);
    assertThat(decision.total()).isEqualTo(2);
  }

  @Test
  void minColdLoadSetsTotalCapacity() {
    State state = state(0, 0, members(Phase.READY, 1, 100));
    ScalingParameters p = parameters("min_load", 100, "cold_mult", 1, "min_cold_load", 300);
    assertThat(Scaling.decide(state, p).total()).isEqualTo(3);
  }

  @Test
  void coldWorkersKeepInactiveWorkers() {
    State state = state(0, 1000, members(Phase.READY, 4, 100));
    ScalingParameters p = parameters("min_load", 0, "cold_workers", 4);
    Decision decision = Scaling.decide(state, p);
    assertThat(decision.active()).isZero();
    assertThat(decision.total()).isEqualTo(4);
    assertThat(decision.stop()).hasSize(4);
    assertThat(decision.destroy()).isEmpty();
  }

  @Test
  void scalesToZeroOnlyAfterInactivityTimeout() {
    ScalingParameters p = parameters("min_load", 0, "cold_workers", 0, "inactivity_timeout", 300);
    List<Member> one = members(Phase.READY, 1, 100);
    assertThat(Scaling.decide(state(0, 299, one), p).active()).isEqualTo(1);
    assertThat(Scaling.decide(state(0, 300, one), p).active()).isZero();
    Decision gone = Scaling.decide(state(0, 300, members(Phase.INACTIVE, 1, 100)), p);
    assertThat(gone.destroy()).hasSize(1);
  }

  @Test
  void negativeInactivityTimeoutNeverScalesToZero() {
    ScalingParameters p = parameters("min_load", 0, "cold_workers", 0, "inactivity_timeout", -1);
    State state = state(0, 1e9, members(Phase.READY, 1, 100));
    assertThat(Scaling.decide(state, p).active()).isEqualTo(1);
  }

  @Test
  void minLoadKeepsWorkerAfterTimeout() {
    ScalingParameters p = parameters("min_load", 1, "cold_workers", 0, "inactivity_timeout", 10);
    State state = state(0, 1e6, members(Phase.READY, 1, 100));
    assertThat(Scaling.decide(state, p).active()).isEqualTo(1);
  }

  @Test
  void queuedRequestStartsWorkerFromZero() {
    ScalingParameters p = parameters("min_load", 0, "cold_workers", 0);
    State state = new State(0, 10, 100, 0, false, CAP, List.of());
    Decision decision = Scaling.decide(state, p);
    assertThat(decision.create()).isEqualTo(1);
  }

  @Test
  void unmeasuredBurstStartsOneWorker() {
    State state = new State(0, 1e6, 1e6, 60, false, CAP, List.of());
    Decision decision = Scaling.decide(state, parameters("cold_workers", 9));
    assertThat(decision.create()).isEqualTo(1);
    assertThat(decision.reason()).contains("not measured yet");
    Decision next =
        Scaling.decide(
            new State(0, 1e6, 1e6, 60, false, CAP, members(Phase.COMING, 1, 0)),
            parameters("cold_workers", 9));
    assertThat(next.changesNothing()).isTrue();
  }

  @Test
  void respectsMachineCapAndMaxWorkers() {
    State state = new State(0, 1e6, 1e6, 60, false, 3, members(Phase.READY, 1, 100));
    Decision decision = Scaling.decide(state, parameters("max_workers", 16));
    assertThat(decision.create()).isEqualTo(2);
    assertThat(decision.reason()).contains("capped at 3 on this machine");
    assertThat(Scaling.decide(state, parameters("max_workers", 2)).create()).isEqualTo(1);
  }

  @Test
  void longQueuesAddWorkers() {
    List<Member> two = members(Phase.READY, 2, 100);
    ScalingParameters p = parameters("cold_mult", 1, "target_queue_time", 5, "target_util", 1);
    assertThat(Scaling.decide(new State(0, 150, 0, 4, false, CAP, two), p).active()).isEqualTo(2);
    assertThat(Scaling.decide(new State(0, 150, 0, 10, false, CAP, two), p).active()).isEqualTo(4);
  }

  @Test
  void startsInactiveWorkersFirst() {
    List<Member> all = new ArrayList<>(members(Phase.READY, 1, 100));
    all.addAll(members(Phase.INACTIVE, 1, 100));
    Decision decision =
        Scaling.decide(state(270, 0, all), parameters("cold_mult", 1, "target_util", 0.9));
    assertThat(decision.start()).hasSize(1);
    assertThat(decision.create()).isEqualTo(1);
  }

  @Test
  void stopsEmptiestFirst() {
    List<Member> two =
        List.of(new Member(1, Phase.READY, 100, 5), new Member(2, Phase.READY, 100, 0));
    Decision decision =
        Scaling.decide(state(10, 0, two), parameters("cold_workers", 2, "cold_mult", 1));
    assertThat(decision.stop()).containsExactly(2L);
  }

  @Test
  void stoppedEndpointServesNothing() {
    State state = new State(0, 500, 0, 0, true, CAP, members(Phase.READY, 3, 100));
    Decision decision = Scaling.decide(state, parameters());
    assertThat(decision.stop()).hasSize(3);
    assertThat(decision.create()).isZero();
    assertThat(decision.destroy()).isEmpty();
  }

  @Property(tries = 300)
  void neverExceedsLimitNorStartsAndStops(
      @ForAll @DoubleRange(max = 1e5) double arrivals,
      @ForAll @DoubleRange(max = 1e5) double queued,
      @ForAll @IntRange(max = 8) int ready,
      @ForAll @IntRange(max = 8) int coming,
      @ForAll @IntRange(max = 8) int inactive,
      @ForAll @IntRange(min = 1, max = 20) int cap) {
    List<Member> all = new ArrayList<>(members(Phase.READY, ready, 100));
    all.addAll(members(Phase.COMING, coming, 0));
    all.addAll(members(Phase.INACTIVE, inactive, 100));
    Decision decision =
        Scaling.decide(new State(1, arrivals, queued, 0, false, cap, all), parameters());
    assertThat(decision.active()).isLessThanOrEqualTo(Math.min(cap, 16));
    if (decision.create() > 0) {
      assertThat(all.size() + decision.create()).isLessThanOrEqualTo(Math.min(cap, 16));
    }
    assertThat(decision.start().isEmpty() || decision.stop().isEmpty()).isTrue();
    assertThat(Collections.disjoint(decision.destroy(), decision.start())).isTrue();
  }

  @Test
  void removesOnlySurplus() {
    ScalingParameters p = parameters("min_load", 0, "cold_workers", 2);
    Decision decision = Scaling.decide(state(0, 1000, members(Phase.INACTIVE, 5, 100)), p);
    assertThat(decision.destroy()).hasSize(3);
    assertThat(decision.steps()).isEqualTo("destroy 3");
  }

  @Test
  void removesInactiveBeforeFailed() {
    List<Member> members = new ArrayList<>(members(Phase.FAILED, 1, 0));
    List<Member> inactive = members(Phase.INACTIVE, 1, 100);
    members.addAll(inactive);
    ScalingParameters one = parameters("min_load", 0, "cold_workers", 1);
    assertThat(Scaling.decide(state(0, 1000, members), one).destroy())
        .containsExactly(inactive.get(0).id());
    ScalingParameters none = parameters("min_load", 0, "cold_workers", 0);
    assertThat(Scaling.decide(state(0, 1000, members), none).destroy()).hasSize(2);
  }

  @Test
  void ignoresQueuesWithoutTargetQueueTime() {
    ScalingParameters p = parameters("cold_mult", 1, "target_queue_time", 0, "max_workers", 50);
    State state = new State(0, 90, 0, 1000, false, CAP, members(Phase.READY, 2, 100));
    assertThat(Scaling.decide(state, p).active()).isOne();
  }

  @Test
  void ignoresPerformanceOfUnmeasuredWorkers() {
    List<Member> members = new ArrayList<>(members(Phase.READY, 1, 100));
    members.addAll(members(Phase.COMING, 1, 0));
    ScalingParameters p = parameters("min_load", 200, "cold_mult", 1);
    assertThat(Scaling.decide(state(0, 0, members), p).active()).isEqualTo(2);
  }

  @Test
  void minColdLoadAppliesWhenIdle() {
    ScalingParameters p = parameters("min_load", 0, "min_cold_load", 300);
    Decision decision = Scaling.decide(state(0, 1000, members(Phase.INACTIVE, 1, 100)), p);
    assertThat(decision.active()).isZero();
    assertThat(decision.total()).isEqualTo(3);
    assertThat(decision.steps()).isEqualTo("create 2");
  }

  @Test
  void reasonNamesCap() {
    State state = state(0, 0, members(Phase.READY, 1, 100));
    Object[] three = {"min_load", 300, "cold_mult", 1, "max_workers", 3};
    assertThat(Scaling.decide(state, parameters(three)).reason()).doesNotContain("capped");
    Object[] two = {"min_load", 300, "cold_mult", 1, "max_workers", 2};
    assertThat(Scaling.decide(state, parameters(two)).reason()).endsWith("capped at max_workers 2");
    Object[] cold = {"min_load", 100, "cold_mult", 3, "max_workers", 2};
    assertThat(Scaling.decide(state, parameters(cold)).reason())
        .endsWith("capped at max_workers 2");
    State small = new State(0, 0, 0, 0, false, 2, state.members());
    assertThat(Scaling.decide(small, parameters(three)).reason())
        .endsWith("capped at 2 on this machine");
    assertThat(Scaling.decide(small, parameters(two)).reason()).endsWith("capped at max_workers 2");
  }

  @Test
  void acceptsBounds() {
    ScalingParameters p =
        parameters(
            "target_util", 1, "cold_workers", 0, "max_workers", 0, "min_load", 0, "cold_mult", 0);
    assertThat(p.targetUtil()).isOne();
    assertThat(p.maxWorkers()).isZero();
    assertThat(parameters("max_workers", Integer.MAX_VALUE).maxWorkers())
        .isEqualTo(Integer.MAX_VALUE);
  }
}
