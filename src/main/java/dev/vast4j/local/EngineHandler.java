package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.launcher.EngineHttp;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import java.util.Set;
import java.util.UUID;

/** Serves the serverless engine's API: routing, workers' reports, workers and logs. */
final class EngineHandler {
  static final Set<String> NAMES =
      Set.of(
          "route",
          "pubkey",
          "get_endpoint_workers",
          "get_endpoint_logs",
          "get_autogroup_logs",
          "update_workers",
          "worker_status",
          "delete_requests");

  private final Engine engine;
  private final RouteSigner signer;

  EngineHandler(Engine engine, RouteSigner signer) {
    this.engine = engine;
    this.signer = signer;
  }

  void handle(HttpCall call) {
    call.header(EngineHttp.OWN_ENGINE, "1");
    String name = call.path().get(0);
    if (name.equals("pubkey")) {
      var unused =
          signer.publicKeyPem().thenAccept(pem -> call.answer(200, "application/x-pem-file", pem));
      return;
    }
    if (!call.method().equals("POST")) {
      throw WebApiHandler.unknown(call);
    }
    ObjectNode body = call.json();
    switch (name) {
      case "route" ->
          engine
              .routing()
              .route(
                  call.key(),
                  body,
                  call.timeout(),
                  (endpoint, placement) -> call.answer(routeAnswer(endpoint, body, placement)));
      case "get_endpoint_workers" -> call.answer(engine.endpoints().workers(call.key(), body));
      case "get_endpoint_logs" -> call.answer(engine.endpoints().logs(call.key(), body));
      case "get_autogroup_logs" -> call.answer(engine.workergroups().logs(call.key(), body));
      case "update_workers" -> call.answer(engine.workergroups().updateWorkers(call.key(), body));
      case "worker_status" -> call.answer(engine.reports().status(body));
      default -> call.answer(engine.reports().finishedRequests(body));
    }
  }

  /** {@return the answer to a route call, signed when there is a worker} */
  ObjectNode routeAnswer(String endpoint, ObjectNode body, Placement placement) {
    ObjectNode answer = ServiceJson.object().put("endpoint", endpoint);
    if (placement instanceof Placement.Ready ready) {
      answer
          .put("url", ready.url())
          .put("reqnum", ready.reqnum())
          .put("request_idx", ready.requestIdx())
          .put("signature", signer.sign(ready.url()));
      answer.set(
          "cost", body.has("cost") ? body.get("cost") : ServiceJson.object().numberNode(100));
    } else if (placement instanceof Placement.Waiting waiting) {
      answer.put("status", waiting.status()).put("request_idx", waiting.requestIdx());
    }
    return answer.put("__request_id", UUID.randomUUID().toString());
  }
}
