package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.DeploymentState;
import dev.vast4j.local.fleet.EndpointState;
import dev.vast4j.local.fleet.EngineServices;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests on endpoints. Takes the engine's lock; thread-safe. */
final class EndpointRequests {
  /** Default number of log lines of each level. */
  private static final int LINES = 10_000;

  private static final String ACTIVE = "active";

  /** States that a client may set; a suspended endpoint is stopped here. */
  private static final List<String> STATES = List.of(ACTIVE, "suspended", "stopped");

  private final EngineLock lock;
  private final Registry registry;
  private final EngineServices services;
  private final DeploymentRequests deployments;
  private final Access access;

  EndpointRequests(
      EngineLock lock,
      Registry registry,
      EngineServices services,
      DeploymentRequests deployments,
      Access access) {
    this.lock = lock;
    this.registry = registry;
    this.services = services;
    this.deployments = deployments;
    this.access = access;
  }

  ObjectNode list() {
    return lock.locked(
        () -> {
          ObjectNode answer = ServiceJson.object().put("success", true);
          ArrayNode array = answer.putArray("results");
          registry.endpoints().forEach(fleet -> array.add(fleet.endpoint().toJson()));
          return answer;
        });
  }

  ObjectNode get(long id) {
    return lock.locked(
        () -> {
          ObjectNode answer = ServiceJson.object().put("success", true);
          answer.set("result", registry.endpoint(id).endpoint().toJson());
          return answer;
        });
  }

  ObjectNode create(ObjectNode request) {
    String name = ServiceJson.requiredText(request, "endpoint_name");
    return lock.locked(
        () -> {
          if (registry.endpoint(0, name) != null) {
            throw ServiceError.invalid("an endpoint named " + name + " already exists");
          }
          EndpointState endpoint =
              new EndpointState(
                  services.newId(), name, services.newKey("endpoint"), request, services.now());
          registry
              .add(endpoint)
              .event(
                  "endpoint created; deployments and known templates have workers on this engine");
          services.changed();
          return ServiceJson.object().put("success", true).put("result", endpoint.id());
        });
  }

  /** Changes the fields of the request; ignores nulls, which the reference client sends. */
  ObjectNode update(long id, ObjectNode request) {
    String state = ServiceJson.text(request, "endpoint_state");
    if (state != null && !STATES.contains(state)) {
      throw ServiceError.invalid("endpoint_state must be one of " + String.join(", ", STATES));
    }
    String name = ServiceJson.text(request, "endpoint_name");
    return lock.locked(
        () -> {
          Fleet fleet = registry.endpoint(id);
          if (name != null && !name.equals(fleet.endpoint().name())) {
            throw ServiceError.invalid("this engine cannot rename endpoints");
          }
          fleet.endpoint().configure(ServiceJson.merged(fleet.endpoint().config(), request));
          if (state != null) {
            fleet.endpoint().stopped(!state.equals(ACTIVE));
          }
          fleet.evaluate();
          services.changed();
          return ServiceJson.object().put("success", true);
        });
  }

  ObjectNode delete(long id) {
    return lock.locked(
        () -> {
          Fleet fleet = registry.endpoint(id);
          DeploymentState deployment = registry.deploymentOf(id);
          if (deployment != null) {
            deployments.delete(deployment, "deleted with its endpoint");
          } else {
            fleet.destroyAll();
            registry.removeEndpoint(id);
          }
          services.changed();
          return ServiceJson.object().put("success", true);
        });
  }

  JsonNode workers(@Nullable String key, ObjectNode request) {
    long id = (long) ServiceJson.number(request, "id", 0);
    return lock.locked(
        () -> {
          Fleet fleet = registry.endpoint(id, null);
          if (fleet == null) {
            return ServiceJson.object().put("error_msg", "endpoint " + id + " not found");
          }
          access.requireAccountOrEndpoint(key, fleet);
          return fleet.workersJson();
        });
  }

  ObjectNode logs(@Nullable String key, ObjectNode request) {
    int tail = tail(request);
    return lock.locked(
        () -> {
          long id = (long) ServiceJson.number(request, "id", 0);
          Fleet fleet = registry.endpoint(id, ServiceJson.text(request, "endpoint"));
          if (fleet == null) {
            throw ServiceError.notFound("no_such_endpoint", "Endpoint not found");
          }
          access.requireAccountOrEndpoint(key, fleet);
          return fleet.logJson(tail);
        });
  }

  /** {@return the key of the endpoint with this name} */
  String keyOf(String name) {
    return lock.locked(
        () -> {
          Fleet fleet = registry.endpoint(0, name);
          if (fleet == null) {
            throw ServiceError.notFound("no_such_endpoint", "Endpoint " + name + " not found");
          }
          return fleet.endpoint().apiKey();
        });
  }

  /** {@return the number of lines of each level that a request asks for} */
  static int tail(ObjectNode request) {
    return (int)
        Math.max(0, Math.min(Integer.MAX_VALUE, ServiceJson.number(request, "tail", LINES)));
  }
}
