package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Keys;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import dev.vast4j.local.process.Template;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that are plain servers: answers for them at {@code /template/<worker>/} as a PyWorker
 * before a model does, checks signatures, unwraps payloads and reports to the engine. Passes other
 * workers on to the host of processes. Thread-safe.
 */
final class ServerTemplates implements WorkerHost {
  static final String PREFIX = "template";

  private static final Logger LOG = LoggerFactory.getLogger(ServerTemplates.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final long REPORT_MILLIS = 500;

  /** Load per second, high enough that no request waits: the server has its own queue. */
  private static final double PERFORMANCE = 100_000;

  private final Map<String, Template> templates;
  private final WorkerHost processes;
  private final Listener listener;
  private final WorkerReports reports;
  private final RouteSigner signer;
  private final Forwarding forwarding;
  private final ScheduledExecutorService timer;
  private final Clock clock;
  private final Map<Long, Front> fronts = new ConcurrentHashMap<>();
  private volatile URI url = URI.create("http://127.0.0.1");

  ServerTemplates(
      Map<String, Template> templates,
      WorkerHost processes,
      WorkerReports reports,
      RouteSigner signer,
      Forwarding forwarding,
      ScheduledExecutorService timer,
      Clock clock) {
    this.templates = Map.copyOf(templates);
    this.processes = processes;
    this.listener = reports;
    this.reports = reports;
    this.signer = signer;
    this.forwarding = forwarding;
    this.timer = timer;
    this.clock = clock;
  }

  void listensAt(URI url) {
    this.url = url;
  }

  /** One such worker. */
  private final class Front {
    private final Boot boot;
    private final URI server;
    private final String address;
    private final Map<Long, Boolean> working = new ConcurrentHashMap<>();
    private boolean running;
    private boolean loaded;
    private volatile boolean ended;

    Front(Boot boot, URI server) {
      this.boot = boot;
      this.server = server;
      this.address = url + "/" + PREFIX + "/" + boot.worker();
    }

    private String mtoken() {
      return boot.environment().getOrDefault("MASTER_TOKEN", "");
    }

    /** Looks whether the server accepts connections, and reports. */
    void tick() {
      if (ended) {
        return;
      }
      try {
        boolean up = accepts(server);
        if (up && !running) {
          running = true;
          listener.reached(boot.worker(), boot.incarnation(), Stage.RUNNING);
        }
        if (up) {
          report();
        } else if (loaded) {
          end("the server " + server + " accepts no connections any more");
        }
      } catch (RuntimeException e) {
        LOG.debug("worker {} could not report: {}", boot.worker(), e.toString());
      } finally {
        if (!ended) {
          var unused = timer.schedule(this::tick, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    }

    private void report() {
      ObjectNode report = ServiceJson.object();
      report
          .put("id", boot.worker())
          .put("mtoken", mtoken())
          .put("version", "1.1.0")
          .put("loadtime", 0.1)
          .put("cur_load", working.size() * 100.0)
          .put("new_load", 0)
          .put("error_msg", "")
          .put("max_perf", PERFORMANCE)
          .put("cur_perf", 0)
          .put("num_requests_working", working.size())
          .put("additional_disk_usage", 0)
          .put("url", address);
      ArrayNode idxs = report.putArray("working_request_idxs");
      working.keySet().forEach(idxs::add);
      reports.status(report);
      loaded = true;
    }

    void end(String why) {
      ended = true;
      if (fronts.remove(boot.worker(), this)) {
        listener.ended(boot.worker(), boot.incarnation(), why);
      }
    }

    void serve(HttpCall call, Forwarding.Caller caller, String route) {
      ObjectNode request = call.json();
      ObjectNode auth = request.path("auth_data") instanceof ObjectNode node ? node : null;
      if (auth == null || !Keys.same(signer.sign(address), auth.path("signature").asText())) {
        throw ServiceError.unauthorized("the route's signature is wrong");
      }
      if (route.startsWith("/session/")) {
        throw ServiceError.notFound(
            "no_sessions",
            "a plain server has no sessions; give LocalTemplate.command a PyWorker that has");
      }
      long idx = auth.path("request_idx").asLong();
      double began = clock.millis() / 1000.0;
      working.put(idx, true);
      boolean ok = false;
      try (Response answer =
          caller.post(
              server.toString().replaceAll("/+$", "") + route,
              ServiceJson.bytes(request.path("payload")),
              null)) {
        ok = answer.isSuccessful();
        caller.pass(answer);
      } catch (IOException e) {
        LOG.debug("worker {}: {}", boot.worker(), e.toString());
        if (!call.exchange().isResponseStarted()) {
          throw new ServiceError(
              502, "bad_gateway", "the server " + server + " does not answer: " + e.getMessage());
        }
      } finally {
        working.remove(idx);
        finished(idx, ok, began);
      }
    }

    private void finished(long idx, boolean ok, double began) {
      ObjectNode report =
          ServiceJson.object().put("worker_id", boot.worker()).put("mtoken", mtoken());
      report
          .putArray("requests")
          .addObject()
          .put("request_idx", idx)
          .put("success", ok)
          .put("status", ok ? "Success" : "Failed")
          .put("entered_queue_at", began)
          .put("work_started_at", began)
          .put("work_completed_at", clock.millis() / 1000.0);
      try {
        reports.finishedRequests(report);
      } catch (ServiceError e) {
        LOG.debug("worker {} ended before its request", boot.worker());
      }
    }
  }

  private static boolean accepts(URI server) {
    try (Socket socket = new Socket()) {
      int port = server.getPort() < 0 ? 80 : server.getPort();
      socket.connect(new InetSocketAddress(server.getHost(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Answers a request to such a worker. */
  void handle(HttpCall call) {
    List<String> path = call.path();
    Front front = path.size() < 2 ? null : fronts.get(call.id(1));
    if (front == null || !call.method().equals("POST")) {
      throw ServiceError.notFound("not_found", "no such worker");
    }
    String prefix = "/" + PREFIX + "/" + path.get(1);
    String query = call.exchange().getQueryString();
    String route =
        call.requestPath().substring(prefix.length()) + (query.isEmpty() ? "" : "?" + query);
    forwarding.run(
        call,
        caller -> {
          try {
            front.serve(call, caller, route);
          } catch (ServiceError e) {
            Forwarding.answer(call, e.status(), ServiceJson.bytes(e.body()));
          }
        });
  }

  // -- as a host of workers  ----------------------------------------------------------------------

  private @Nullable URI server(Boot boot) {
    Template template = boot.template() == null ? null : templates.get(boot.template());
    return template == null ? null : template.server();
  }

  @Override
  public void boot(Boot boot) {
    URI server = server(boot);
    if (server == null) {
      processes.boot(boot);
      return;
    }
    Front front = new Front(boot, server);
    fronts.put(boot.worker(), front);
    timer.execute(front::tick);
  }

  @Override
  public void end(long worker, boolean force) {
    Front front = fronts.get(worker);
    if (front == null) {
      processes.end(worker, force);
    } else {
      timer.execute(() -> front.end("ended"));
    }
  }

  @Override
  public void kill(long worker) {
    Front front = fronts.get(worker);
    if (front == null) {
      processes.kill(worker);
    } else {
      timer.execute(() -> front.end("was killed"));
    }
  }

  @Override
  public void update(long worker, String workerUrl, String mtoken) {
    Front front = fronts.get(worker);
    if (front == null) {
      processes.update(worker, workerUrl, mtoken);
    } else {
      timer.execute(() -> front.end("ended for an update"));
    }
  }

  @Override
  public void delete(long worker) {
    processes.delete(worker);
  }
}
