package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Market;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import java.util.List;

/** Serves the web API, below {@code /api/v0/}. */
final class WebApiHandler {
  private final Engine engine;
  private final MachineLogSnapshots machineLogs;
  private final RateLimit rateLimit;

  WebApiHandler(Engine engine, MachineLogSnapshots machineLogs, RateLimit rateLimit) {
    this.engine = engine;
    this.machineLogs = machineLogs;
    this.rateLimit = rateLimit;
  }

  void handle(HttpCall call) {
    List<String> path = call.path();
    String resource = path.get(2);
    String action = path.size() > 4 ? path.get(4) : "";
    if (resource.equals(MachineLogSnapshots.RESOURCE)) {
      call.answer(
          200, "text/plain; charset=utf-8", machineLogs.snapshot(path.get(path.size() - 1)));
      return;
    }
    String kind = call.method() + " " + resource + "/" + action;
    if (rateLimit.exceeded(kind, String.valueOf(call.key()))) {
      call.answer(429, "text/plain", rateLimit.message());
      return;
    }
    boolean worker = resource.equals("deployment") && action.equals("download_url");
    if (!worker) {
      engine.access().requireAccount(call.key());
    }
    call.answer(
        switch (resource) {
          case "deployments" -> deployments(call);
          case "deployment" -> deployment(call, action);
          case "endptjobs" -> endpoints(call);
          case "workergroups", "autojobs" -> workergroups(call);
          case "instances" -> instances(call);
          case "search" -> search(call);
          default -> throw unknown(call);
        });
  }

  private JsonNode deployments(HttpCall call) {
    return switch (call.method()) {
      case "PUT" -> engine.deployments().put(call.json());
      case "GET" -> engine.deployments().list();
      case "DELETE" -> engine.deployments().delete(call.json());
      default -> throw unknown(call);
    };
  }

  private JsonNode deployment(HttpCall call, String action) {
    long id = call.id(3);
    return switch (call.method() + " " + action) {
      case "GET " -> engine.deployments().get(id);
      case "DELETE " -> engine.deployments().delete(id);
      case "GET versions" -> engine.deployments().versions(id);
      case "POST start" -> engine.deployments().startStop(id, false);
      case "POST stop" -> engine.deployments().startStop(id, true);
      case "POST heartbeat" -> engine.deployments().heartbeat(id);
      case "GET download_url" -> engine.deployments().downloadUrl(id, call.key());
      default -> throw unknown(call);
    };
  }

  private JsonNode endpoints(HttpCall call) {
    boolean one = call.path().size() > 3;
    return switch (call.method() + (one ? " one" : "")) {
      case "GET" -> engine.endpoints().list();
      case "POST" -> engine.endpoints().create(call.json());
      case "GET one" -> engine.endpoints().get(call.id(3));
      case "PUT one" -> engine.endpoints().update(call.id(3), call.json());
      case "DELETE one" -> engine.endpoints().delete(call.id(3));
      default -> throw unknown(call);
    };
  }

  private JsonNode workergroups(HttpCall call) {
    boolean one = call.path().size() > 3;
    return switch (call.method() + (one ? " one" : "")) {
      case "GET" -> engine.workergroups().list();
      case "POST" -> engine.workergroups().create(call.json());
      case "PUT one" -> engine.workergroups().update(call.id(3), call.json());
      case "DELETE one" -> engine.workergroups().delete(call.id(3));
      default -> throw unknown(call);
    };
  }

  private JsonNode instances(HttpCall call) {
    if (!(call.method().equals("PUT") && call.path().size() == 5)
        || !call.path().get(3).equals("request_logs")) {
      throw unknown(call);
    }
    return machineLogs.request(call.id(4), call.json());
  }

  private static JsonNode search(HttpCall call) {
    if (!call.method().equals("PUT") || !call.path().get(call.path().size() - 1).equals("asks")) {
      throw unknown(call);
    }
    if (!(call.json().get("q") instanceof ObjectNode q)) {
      throw ServiceError.invalid("q must be an object");
    }
    ObjectNode answer = ServiceJson.object().put("success", true);
    answer.set("offers", Market.search(q));
    return answer;
  }

  static ServiceError unknown(HttpCall call) {
    return ServiceError.notFound(
        "not_found", "no such call: " + call.method() + " " + call.requestPath());
  }
}
