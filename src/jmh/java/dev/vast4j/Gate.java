package dev.vast4j;

import dev.vast4j.internal.bundle.BundleBenchmark;
import dev.vast4j.internal.call.CallBenchmark;
import dev.vast4j.internal.wire.WireBenchmark;
import dev.vast4j.local.RouteBenchmark;
import java.util.Arrays;
import java.util.Locale;

/**
 * Short runs of the benchmarks whose ratios hardly depend on the machine, each compared with a
 * limit. Both sides of a ratio take turns, and the median of the rounds counts. What is over its
 * limit is measured once more before it is said to be slower than it was.
 */
public final class Gate {
  private static final int ROUNDS = 9;
  private static final double WARM_UP_SECONDS = 1.5;

  private Gate() {}

  /** Something that is timed. */
  @FunctionalInterface
  private interface Work {
    Object run() throws Exception;
  }

  /**
   * A ratio.
   *
   * @param name what is compared with what
   * @param limit what it may be at most
   * @param times how often each side runs in a round
   */
  private record Ratio(String name, double limit, int times, Work ours, Work baseline) {

    double measure() throws Exception {
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double before = nanos(baseline);
        ratios[round] = nanos(ours) / before;
      }
      Arrays.sort(ratios);
      return ratios[ROUNDS / 2];
    }

    void warmUp() throws Exception {
      long begin = System.nanoTime();
      do {
        nanos(baseline);
        nanos(ours);
      } while (System.nanoTime() - begin < WARM_UP_SECONDS * 1e9);
    }

    private double nanos(Work work) throws Exception {
      long begin = System.nanoTime();
      for (int i = 0; i < times; i++) {
        if (work.run() == null) {
          throw new IllegalStateException("no result");
        }
      }
      return System.nanoTime() - begin;
    }
  }

  private static int over;

  /** Runs it all; ends with an error when something is over its limit. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.jboss.logging.provider", "slf4j");
    System.out.println("| ratio | measured | limit | |\n|---|---|---|---|");
    values();
    routes();
    calls();
    bundles();
    System.exit(over > 0 ? 1 : 0);
  }

  private static void check(Ratio ratio) throws Exception {
    ratio.warmUp();
    double measured = ratio.measure();
    if (measured > ratio.limit()) {
      measured = Math.min(measured, ratio.measure());
    }
    boolean slower = measured > ratio.limit();
    over += slower ? 1 : 0;
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %s |%n",
        ratio.name(),
        measured,
        ratio.limit(),
        slower ? "**slower**" : "ok");
  }

  private static void values() throws Exception {
    WireBenchmark small = new WireBenchmark();
    small.value = "record";
    small.prepare();
    check(new Ratio("a record, to plain JSON", 3.0, 20_000, small::wire, small::plainJson));
    WireBenchmark floats = new WireBenchmark();
    floats.value = "floats1M";
    floats.prepare();
    check(new Ratio("1,000,000 floats, to plain JSON", 0.2, 1, floats::wire, floats::plainJson));
  }

  private static void routes() throws Exception {
    RouteBenchmark one = new RouteBenchmark();
    RouteBenchmark thousand = new RouteBenchmark();
    one.workers = 1;
    thousand.workers = 1_000;
    one.start();
    thousand.start();
    try {
      check(
          new Ratio(
              "a route among 1,000 workers, to among 1", 5.0, 10_000, thousand::route, one::route));
    } finally {
      one.stop();
      thousand.stop();
    }
  }

  private static void calls() throws Exception {
    CallBenchmark calls = new CallBenchmark();
    calls.start();
    try {
      check(new Ratio("a call, to its two exchanges", 1.6, 500, calls::call, calls::bareExchanges));
    } finally {
      calls.stop();
    }
  }

  private static void bundles() throws Exception {
    BundleBenchmark bundles = new BundleBenchmark();
    bundles.megabytes = 24;
    bundles.prepare();
    try {
      check(
          new Ratio("a first deploy, to one core", 0.9, 1, bundles::first, bundles::oneCoreLevel6));
      check(
          new Ratio(
              "an unchanged deploy, to a first", 0.25, 1, bundles::unchanged, bundles::first));
    } finally {
      bundles.clean();
    }
  }
}
