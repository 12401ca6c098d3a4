package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.page.Page;
import io.undertow.Undertow;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The page of an engine whose workers are simulated: many deployments, many calls. */
public final class BusyPage implements AutoCloseable {
  private static final String TOKEN = "page-of-a-test";
  private static final int EACH_MILLIS = 50;

  private record App(String name, String key, long worker) {}

  private record Routed(App app, long idx, double at) {}

  private final SimulatedEngine simulated;
  private final List<App> apps = new ArrayList<>();
  private final List<Routed> routed = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final Page page;
  private final Undertow server;
  private final double callsEach;
  private double due;
  private long sent;
  private long number;

  /**
   * Starts it.
   *
   * @param deployments how many deployments, each with one worker
   * @param callsPerSecond how many calls in all
   */
  public BusyPage(Path folder, int deployments, int callsPerSecond) throws Exception {
    this.simulated = SimulatedEngine.inRealTime(folder, 4);
    this.callsEach = callsPerSecond * EACH_MILLIS / 1000.0;
    for (int i = 0; i < deployments; i++) {
      String name = "deployment-" + i;
      ObjectNode put = (ObjectNode) simulated.deploy(name, "1", "min_load", 1, "max_workers", 2);
      long worker = simulated.boots.getFirst().worker();
      simulated.ready(simulated.boot(), 1e6);
      apps.add(new App(name, simulated.endpointKey(put), worker));
    }
    this.page = new Page(new Source(), TOKEN, key -> false);
    this.server =
        Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(page::handle).build();
    server.start();
    timer.scheduleAtFixedRate(this::calls, 0, EACH_MILLIS, TimeUnit.MILLISECONDS);
    timer.scheduleAtFixedRate(page::tick, 0, 100, TimeUnit.MILLISECONDS);
    timer.scheduleAtFixedRate(simulated.engine()::tick, 0, 100, TimeUnit.MILLISECONDS);
  }

  private final class Source implements Page.Source {
    @Override
    public ObjectNode overview() {
      return simulated.engine().overview();
    }

    @Override
    public @Nullable ObjectNode detail(String name, Map<String, String> query) {
      return simulated.engine().detail(name, query);
    }

    @Override
    public List<Page.Line> lines(List<Long> workers, long after) {
      List<Page.Line> lines = new ArrayList<>();
      for (long i = Math.max(after + 1, sent - 2_000); i <= sent && !workers.isEmpty(); i++) {
        lines.add(new Page.Line(workers.get(0), i, i, "line " + i));
      }
      return lines;
    }

    @Override
    public double now() {
      return simulated.engine().now();
    }
  }

  /** Ends the calls of the last time and begins others. */
  private void calls() {
    Map<App, List<Routed>> done = new LinkedHashMap<>();
    for (Routed call : routed) {
      done.computeIfAbsent(call.app(), app -> new ArrayList<>()).add(call);
    }
    routed.clear();
    done.forEach(this::report);
    for (due += callsEach; due >= 1; due--) {
      App app = apps.get((int) (sent++ % apps.size()));
      simulated
          .engine()
          .routing()
          .route(
              app.key(),
              ServiceJson.object().put("endpoint", app.name()).put("cost", 100),
              (endpoint, placement) -> {
                if (placement instanceof Placement.Ready ready) {
                  routed.add(new Routed(app, ready.requestIdx(), simulated.engine().now()));
                }
              });
    }
  }

  private void report(App app, List<Routed> calls) {
    double now = simulated.engine().now();
    ObjectNode status = ServiceJson.object().put("loadtime", 1).put("max_perf", 1e6);
    ArrayNode array = status.putObject("vast4j").putArray("calls");
    for (Routed call : calls) {
      number++;
      boolean fails = number % 50 == 0;
      ObjectNode json =
          array
              .addObject()
              .put("n", number)
              .put("idx", call.idx())
              .put("state", fails ? "failed" : "succeeded")
              .put("function", number % 3 == 0 ? "embed" : "square")
              .put("queued_at", call.at() + 0.001)
              .put("started_at", call.at() + 0.002)
              .put("ended_at", now)
              .put("in", 200)
              .put("out", 80);
      if (fails) {
        json.put("error", "java.lang.IllegalStateException").put("message", "no room " + number);
      }
    }
    simulated.report(app.worker(), status);
  }

  /** {@return the page's URL with its token} */
  public URI url() {
    int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    return URI.create("http://127.0.0.1:" + port + "/?token=" + TOKEN);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    page.close();
    server.stop();
  }
}
