package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** What recording a call for the page takes, from its arrival to its worker's report of its end. */
public final class RecordingCost {
  private static final int BLOCKS = 40;
  private static final int REPORTS_A_BLOCK = 40;

  /** Calls that a worker reports at once. */
  private static final int REPORTED = 50;

  private RecordingCost() {}

  /** {@return microseconds a call, median of blocks} */
  public static double micros() {
    EngineServices unused =
        (EngineServices)
            Proxy.newProxyInstance(
                RecordingCost.class.getClassLoader(),
                new Class<?>[] {EngineServices.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    CallLog log = new CallLog(unused, new FleetHistory());
    FleetWorker worker = new FleetWorker(1, 0);
    ObjectNode finished = ServiceJson.object().put("status", "Success");
    double[] micros = new double[BLOCKS];
    double now = 1e9;
    long id = 0;
    for (int block = -BLOCKS; block < BLOCKS; block++) {
      long nanos = 0;
      for (int i = 0; i < REPORTS_A_BLOCK; i++) {
        ObjectNode report = report(id, now);
        now += 0.01;
        long begin = System.nanoTime();
        for (int each = 1; each <= REPORTED; each++) {
          log.arrived(id + each, 100, now + 60, now);
          log.routed(id + each, 100, worker.id(), 1, now);
        }
        log.reported(worker, report, now);
        for (int each = 1; each <= REPORTED; each++) {
          log.finished(worker, id + each, finished, now);
        }
        nanos += System.nanoTime() - begin;
        id += REPORTED;
      }
      micros[Math.max(block, 0)] = nanos / 1e3 / REPORTS_A_BLOCK / REPORTED;
    }
    Arrays.sort(micros);
    return micros[BLOCKS / 2];
  }

  private static ObjectNode report(long before, double now) {
    ObjectNode report = ServiceJson.object();
    ArrayNode calls = report.putObject("vast4j").putArray("calls");
    for (int each = 1; each <= REPORTED; each++) {
      calls
          .addObject()
          .put("n", before + each)
          .put("idx", before + each)
          .put("state", "succeeded")
          .put("function", "square")
          .put("queued_at", now + 0.001)
          .put("started_at", now + 0.002)
          .put("ended_at", now + 0.009)
          .put("in", 200)
          .put("out", 80);
    }
    return report;
  }
}
