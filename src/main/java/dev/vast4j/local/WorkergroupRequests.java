package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.DeploymentState;
import dev.vast4j.local.fleet.EngineServices;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.Search;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests on workergroups. Takes the engine's lock; thread-safe. */
final class WorkergroupRequests {
  /** Fields that cannot change. */
  private static final List<String> FIXED = List.of("id", "endpoint_id", "endpoint_name");

  private final EngineLock lock;
  private final Registry registry;
  private final EngineServices services;
  private final DeploymentRequests deployments;
  private final Access access;

  WorkergroupRequests(
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
          registry.workergroups().forEach(array::add);
          return answer;
        });
  }

  ObjectNode create(ObjectNode request) {
    Search.of(request.get("search_params"));
    return lock.locked(
        () -> {
          long endpointId = (long) ServiceJson.number(request, "endpoint_id", 0);
          Fleet fleet = registry.endpoint(endpointId, ServiceJson.text(request, "endpoint_name"));
          if (fleet == null) {
            throw ServiceError.invalid(
                "Please assign your workergroup to a valid endpoint identifier");
          }
          ObjectNode group = request.deepCopy();
          long id = services.newId();
          group
              .put("id", id)
              .put("endpoint_id", fleet.endpoint().id())
              .put("endpoint_name", fleet.endpoint().name())
              .remove(DeploymentRequests.PASSWORD);
          registry.add(id, group);
          services.changed();
          return ServiceJson.object().put("success", true).put("id", id);
        });
  }

  /** Changes a workergroup that no deployment owns. */
  ObjectNode update(long id, ObjectNode request) {
    Search.of(request.get("search_params"));
    return lock.locked(
        () -> {
          ObjectNode group = registry.workergroup(id);
          if (owner(id) != null) {
            throw ServiceError.invalid(
                "the workergroup belongs to a deployment; deploy it again to change it");
          }
          ObjectNode changed = ServiceJson.merged(group, request);
          for (String field : FIXED) {
            changed.set(field, group.get(field));
          }
          changed.remove(DeploymentRequests.PASSWORD);
          registry.add(id, changed);
          services.changed();
          return ServiceJson.object().put("success", true);
        });
  }

  ObjectNode delete(long id) {
    return lock.locked(
        () -> {
          registry.workergroup(id);
          DeploymentState owner = owner(id);
          if (owner != null) {
            deployments.delete(owner, "deleted with its workergroup");
          }
          registry.removeWorkergroup(id);
          services.changed();
          return ServiceJson.object().put("success", true);
        });
  }

  ObjectNode logs(@Nullable String key, ObjectNode request) {
    int tail = EndpointRequests.tail(request);
    return lock.locked(() -> fleet(key, request, "id").logJson(tail));
  }

  /** Starts or cancels a rolling update. */
  ObjectNode updateWorkers(@Nullable String key, ObjectNode request) {
    boolean cancel = request.path("cancel_update").asBoolean(false);
    return lock.locked(
        () -> {
          Fleet fleet = fleet(key, request, "workergroup_id");
          boolean changes = cancel ? fleet.cancelUpdate() : fleet.startUpdate();
          String msg =
              cancel
                  ? (changes ? "update cancelled" : "no update in progress")
                  : (changes ? "update started" : "all workers are up to date");
          return ServiceJson.object()
              .put("success", true)
              .put("workergroup_id", request.path("workergroup_id").asLong())
              .put("cancelled", cancel && changes)
              .put("workers_to_update", fleet.toUpdate())
              .put("msg", msg);
        });
  }

  private Fleet fleet(@Nullable String key, ObjectNode request, String idField) {
    ObjectNode group = registry.workergroup((long) ServiceJson.number(request, idField, 0));
    Fleet fleet = registry.endpoint(group.path("endpoint_id").asLong());
    access.requireAccountOrEndpoint(key, fleet);
    return fleet;
  }

  private @Nullable DeploymentState owner(long id) {
    return registry.deployments().stream()
        .filter(deployment -> deployment.workergroupId() == id)
        .findFirst()
        .orElse(null);
  }
}
