package dev.vast4j.local.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The scaling rule: how many workers should serve, how many should exist, and which to change. A
 * pure function of its arguments.
 */
final class Scaling {
  /**
   * Idle seconds before an endpoint without an inactivity timeout scales to zero, so that it does
   * not start and stop a worker for each request.
   */
  static final double UNGATED_IDLE_SECONDS = 10;

  private Scaling() {}

  /** A worker's state, as far as scaling cares. */
  enum Phase {
    /** Serves. */
    READY,
    /** Will serve once it has booted. */
    COMING,
    /** Exists and is stopped. */
    INACTIVE,
    /** Waits for a retry after a failure: counts as a worker, adds no capacity. */
    FAILED,
    /** Finishes its work and then stops; can be kept instead. */
    LEAVING,
    /** Is becoming inactive. */
    STOPPING,
    /** Is being removed. */
    ENDING
  }

  /**
   * A worker.
   *
   * @param id its id
   * @param phase its state
   * @param perf its measured performance in load per second, 0 when not measured
   * @param requests how many requests it holds
   */
  record Member(long id, Phase phase, double perf, int requests) {}

  /**
   * What is known about a fleet.
   *
   * @param secondsSinceActivity how long ago the last request was seen (infinite: never)
   * @param arrivalRate smoothed arrivals, load per second
   * @param queuedLoad load of the requests that no worker has room for
   * @param queueTime seconds a new request would wait on the best worker, or the oldest has waited,
   *     whichever is more
   * @param stopped whether the endpoint was stopped
   * @param cap the most workers this machine may run
   * @param members the workers
   */
  record State(
      double secondsSinceActivity,
      double arrivalRate,
      double queuedLoad,
      double queueTime,
      boolean stopped,
      int cap,
      List<Member> members) {
    State {
      members = List.copyOf(members);
    }
  }

  /**
   * What to do.
   *
   * @param active how many workers should serve
   * @param total how many should exist
   * @param start inactive workers to start
   * @param create how many new workers to create
   * @param stop workers to stop once their work is done
   * @param destroy inactive or failed workers to remove
   * @param reason why, in words
   */
  record Decision(
      int active,
      int total,
      List<Long> start,
      int create,
      List<Long> stop,
      List<Long> destroy,
      String reason) {

    /** {@return the same decision without the workers that would end} */
    Decision withoutEnds() {
      return new Decision(active, total, start, create, List.of(), List.of(), reason);
    }

    boolean changesNothing() {
      return start.isEmpty() && create == 0 && stop.isEmpty() && destroy.isEmpty();
    }

    /** {@return the changes, in words} */
    String steps() {
      Map<String, Integer> steps = new LinkedHashMap<>();
      steps.put("start", start.size());
      steps.put("create", create);
      steps.put("stop", stop.size());
      steps.put("destroy", destroy.size());
      steps.values().removeIf(count -> count == 0);
      return steps.entrySet().stream()
          .map(step -> step.getKey() + " " + step.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  static Decision decide(State state, ScalingParameters parameters) {
    int limit = Math.min(parameters.maxWorkers(), state.cap());
    Target target = target(state, parameters, limit);
    return steps(state, target);
  }

  private record Target(int active, int total, String reason) {}

  private static Target target(State state, ScalingParameters p, int limit) {
    if (state.stopped()) {
      int staying = state.members().size() - in(state, Phase.ENDING).size();
      return new Target(0, staying, "the endpoint is stopped");
    }
    double anticipated = anticipatedLoad(state, p);
    double needed = Math.max(p.minLoad(), anticipated / p.targetUtil());
    String why = reason(p, anticipated, needed);

    boolean zero = mayBeZero(state, p);
    double perf = perfPerWorker(state.members());
    int active;
    int total;
    if (zero) {
      active = 0;
      total = Math.max(p.coldWorkers(), perf == 0 ? 0 : workersFor(p.minColdLoad(), perf));
      why = "idle: no worker needs to serve";
    } else if (perf == 0) {
      // Nothing is measured yet. One worker shows how many are needed.
      active = 1;
      total = 1;
      why += ", performance not measured yet: one worker first";
    } else {
      active = Math.max(1, workersFor(needed, perf));
      double totalLoad = Math.max(needed * p.coldMult(), p.minColdLoad());
      total = Math.max(active, Math.max(workersFor(totalLoad, perf), p.coldWorkers()));
      why += String.format(Locale.ROOT, ", %,.1f per worker", perf);
    }
    if (active > limit || total > limit) {
      why +=
          limit < p.maxWorkers()
              ? ", capped at " + limit + " on this machine"
              : ", capped at max_workers " + limit;
    }
    return new Target(Math.min(active, limit), Math.min(total, limit), why);
  }

  /**
   * {@return smoothed arrivals plus the queued load, which should be gone within the target queue
   * time}
   */
  private static double anticipatedLoad(State state, ScalingParameters p) {
    double drain = Math.max(p.targetQueueTime(), 1);
    double load = state.arrivalRate() + state.queuedLoad() / drain;
    if (state.queueTime() > p.targetQueueTime() && p.targetQueueTime() > 0) {
      // Queues are too long: scale the load up by the same factor, at most double.
      double ready =
          state.members().stream()
              .filter(member -> member.phase() == Phase.READY)
              .mapToDouble(Member::perf)
              .sum();
      load = Math.max(load, ready * Math.min(2, state.queueTime() / p.targetQueueTime()));
    }
    return load;
  }

  private static boolean mayBeZero(State state, ScalingParameters p) {
    double timeout = p.inactivityTimeout().orElse(0);
    double idle = timeout == 0 ? UNGATED_IDLE_SECONDS : timeout;
    return p.minLoad() == 0
        && timeout >= 0
        && state.queuedLoad() == 0
        && state.secondsSinceActivity() >= idle;
  }

  private static double perfPerWorker(List<Member> members) {
    return members.stream().mapToDouble(Member::perf).filter(perf -> perf > 0).average().orElse(0);
  }

  private static int workersFor(double load, double perf) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(load / perf - 1e-9));
  }

  private static String reason(ScalingParameters p, double anticipated, double needed) {
    return needed > p.minLoad() || p.minLoad() == 0
        ? String.format(
            Locale.ROOT, "%,.1f anticipated at %.2f utilization", anticipated, p.targetUtil())
        : String.format(Locale.ROOT, "min_load %,.1f", p.minLoad());
  }

  private static Decision steps(State state, Target target) {
    List<Member> ready = in(state, Phase.READY);
    List<Member> inactive = in(state, Phase.INACTIVE);
    List<Member> failed = in(state, Phase.FAILED);
    int present = ready.size() + in(state, Phase.COMING).size() + failed.size();
    int total =
        present
            + inactive.size()
            + in(state, Phase.LEAVING).size()
            + in(state, Phase.STOPPING).size();

    List<Long> start = new ArrayList<>();
    List<Long> stop = new ArrayList<>();
    List<Long> destroy = new ArrayList<>();
    int missing = target.active() - present;
    List<Member> startable = new ArrayList<>(in(state, Phase.LEAVING));
    startable.addAll(inactive);
    for (Member member : startable) {
      if (missing > start.size()) {
        start.add(member.id());
      }
    }
    int create = Math.max(0, target.total() - total);

    // The emptiest stop first. Booting workers go on, so that they are measured once.
    List<Member> emptiest = new ArrayList<>(ready);
    emptiest.sort(Comparator.comparingInt(Member::requests).thenComparing(Member::id));
    for (Member member : emptiest) {
      if (ready.size() - stop.size() > target.active()) {
        stop.add(member.id());
      }
    }
    if (state.stopped()) {
      in(state, Phase.COMING).forEach(member -> stop.add(member.id()));
    }
    List<Member> dispensable = new ArrayList<>(inactive);
    dispensable.addAll(failed);
    for (Member member : dispensable) {
      if (!start.contains(member.id()) && total - destroy.size() > target.total()) {
        destroy.add(member.id());
      }
    }
    return new Decision(
        target.active(),
        target.total(),
        List.copyOf(start),
        create,
        List.copyOf(stop),
        List.copyOf(destroy),
        target.reason());
  }

  private static List<Member> in(State state, Phase phase) {
    return state.members().stream().filter(member -> member.phase() == phase).toList();
  }
}
