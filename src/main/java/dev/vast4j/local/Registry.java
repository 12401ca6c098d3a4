package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.DeploymentState;
import dev.vast4j.local.fleet.EndpointState;
import dev.vast4j.local.fleet.EngineServices;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.Version;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All deployments, endpoints with their fleets, and workergroups, and how they are kept across
 * restarts. Guarded by the engine's lock.
 */
final class Registry {
  private final EngineServices services;
  private final Map<Long, DeploymentState> deployments = new TreeMap<>();
  private final Map<Long, Fleet> endpoints = new TreeMap<>();
  private final Map<Long, ObjectNode> workergroups = new TreeMap<>();
  private final Set<String> knownTemplates;

  /** What workergroups of known templates start, by endpoint. */
  private final Map<Long, DeploymentState> templates = new TreeMap<>();

  /** All fleets, including those of deleted endpoints until their last worker ends. */
  private final Set<Fleet> fleets = new LinkedHashSet<>();

  private long lastId = 1000;

  /**
   * Creates it empty.
   *
   * @param knownTemplates the hashes of templates that this engine can start
   */
  Registry(EngineServices services, Set<String> knownTemplates) {
    this.services = services;
    this.knownTemplates = knownTemplates;
  }

  long newId() {
    return ++lastId;
  }

  // -- deployments ----------------------------------------------------------------------------

  void add(DeploymentState deployment) {
    deployments.put(deployment.id(), deployment);
  }

  Collection<DeploymentState> deployments() {
    return List.copyOf(deployments.values());
  }

  DeploymentState deployment(long id) {
    DeploymentState deployment = deployments.get(id);
    if (deployment == null) {
      throw noSuchDeployment();
    }
    return deployment;
  }

  static ServiceError noSuchDeployment() {
    return ServiceError.notFound("no_such_deployment", "Deployment not found");
  }

  @Nullable DeploymentState deploymentOf(long endpointId) {
    return deployments.values().stream()
        .filter(deployment -> deployment.endpointId() == endpointId)
        .findFirst()
        .orElse(null);
  }

  /** Removes a deployment with its endpoint and workergroup. */
  void remove(DeploymentState deployment) {
    deployments.remove(deployment.id());
    removeEndpoint(deployment.endpointId());
  }

  // -- endpoints ------------------------------------------------------------------------------

  /** Adds an endpoint with a fleet without workers. */
  Fleet add(EndpointState endpoint) {
    Fleet fleet = new Fleet(services, endpoint, () -> bootedFor(endpoint.id()));
    endpoints.put(endpoint.id(), fleet);
    fleets.add(fleet);
    return fleet;
  }

  Collection<Fleet> endpoints() {
    return endpoints.values();
  }

  Fleet endpoint(long id) {
    Fleet fleet = endpoints.get(id);
    if (fleet == null) {
      throw ServiceError.notFound("no_such_endpoint", "Endpoint " + id + " not found");
    }
    return fleet;
  }

  /** {@return the endpoint with this id or this name, or null} */
  @Nullable Fleet endpoint(long id, @Nullable String name) {
    return endpoints.values().stream()
        .filter(fleet -> fleet.endpoint().id() == id || fleet.endpoint().name().equals(name))
        .findFirst()
        .orElse(null);
  }

  Fleet fleet(DeploymentState deployment) {
    return endpoint(deployment.endpointId());
  }

  /** {@return what an endpoint's workers boot: its deployment or a template; or null} */
  private @Nullable DeploymentState bootedFor(long endpointId) {
    DeploymentState deployment = deploymentOf(endpointId);
    return deployment == null ? templates.get(endpointId) : deployment;
  }

  void removeEndpoint(long id) {
    endpoints.remove(id);
    templates.remove(id);
    workergroups.values().removeIf(group -> group.path("endpoint_id").asLong() == id);
  }

  // -- workergroups ---------------------------------------------------------------------------

  /** Adds or changes a workergroup. Its workers start when its template is known here. */
  void add(long id, ObjectNode workergroup) {
    workergroups.put(id, workergroup);
    String hash = ServiceJson.text(workergroup, "template_hash");
    Fleet fleet = endpoints.get(workergroup.path("endpoint_id").asLong());
    if (fleet == null || hash == null || hash.isEmpty()) {
      return;
    }
    if (!knownTemplates.contains(hash)) {
      fleet.event(
          "this engine does not know template "
              + hash
              + ", so it starts no workers of workergroup "
              + id
              + "; name it with LocalOptions.template");
      return;
    }
    EndpointState endpoint = fleet.endpoint();
    ObjectNode config =
        ServiceJson.object()
            .put("name", endpoint.name())
            .put("file_hash", hash)
            .put("template_hash", hash);
    config.set("search_params", workergroup.get("search_params"));
    DeploymentState template = templates.get(endpoint.id());
    if (template == null || template.workergroupId() != id) {
      template = new DeploymentState(id, config, endpoint.id(), id, services.now());
      templates.put(endpoint.id(), template);
    } else if (template.current().config().equals(config)) {
      return;
    }
    int generation = template.versions().size();
    template
        .addVersion(new Version(newId(), "", generation, config, services.now()))
        .markUploaded();
    fleet.evaluate();
  }

  Collection<ObjectNode> workergroups() {
    return workergroups.values();
  }

  ObjectNode workergroup(long id) {
    ObjectNode group = workergroups.get(id);
    if (group == null) {
      throw ServiceError.notFound("no_such_workergroup", "Workergroup not found");
    }
    return group;
  }

  void removeWorkergroup(long id) {
    workergroups.remove(id);
    for (DeploymentState template : List.copyOf(templates.values())) {
      if (template.workergroupId() == id) {
        endpoint(template.endpointId()).destroyAll();
        templates.remove(template.endpointId());
      }
    }
  }

  // -- workers --------------------------------------------------------------------------------

  Collection<Fleet> fleets() {
    return List.copyOf(fleets);
  }

  @Nullable Fleet fleetOf(long worker) {
    return fleets.stream().filter(fleet -> fleet.has(worker)).findFirst().orElse(null);
  }

  /** Removes deleted endpoints whose last worker has ended. */
  void forgetEmptyFleets() {
    fleets.removeIf(fleet -> fleet.size() == 0 && !endpoints.containsValue(fleet));
  }

  // -- views ----------------------------------------------------------------------------------

  /** {@return the state to keep across restarts} */
  ObjectNode toState() {
    ObjectNode state = ServiceJson.object().put("last_id", lastId);
    ArrayNode endpointArray = state.putArray("endpoints");
    endpoints.values().forEach(fleet -> endpointArray.add(fleet.endpoint().toState()));
    ArrayNode deploymentArray = state.putArray("deployments");
    deployments.values().forEach(deployment -> deploymentArray.add(deployment.toState()));
    ArrayNode groupArray = state.putArray("workergroups");
    workergroups.values().forEach(groupArray::add);
    return state;
  }

  void restore(ObjectNode state) {
    lastId = Math.max(lastId, state.path("last_id").asLong());
    state
        .path("deployments")
        .forEach(
            json -> {
              DeploymentState deployment = DeploymentState.fromState((ObjectNode) json);
              deployment.heartbeat(services.now());
              add(deployment);
            });
    state
        .path("endpoints")
        .forEach(json -> add(EndpointState.fromState((ObjectNode) json)).evaluate());
    // After their endpoints, since a template's workers start with its workergroup.
    state.path("workergroups").forEach(json -> add(json.path("id").asLong(), (ObjectNode) json));
  }

  /** {@return a row of the page for each endpoint} */
  ObjectNode overview() {
    ObjectNode json = ServiceJson.object();
    ArrayNode array = json.putArray("deployments");
    endpoints.values().forEach(fleet -> array.add(fleet.overviewJson()));
    return json;
  }

  /** {@return what the page shows of the endpoint with this name, or null without one} */
  @Nullable ObjectNode detail(String name, Map<String, String> query) {
    Fleet fleet = endpoint(Long.MIN_VALUE, name);
    return fleet == null ? null : fleet.detailJson(query);
  }
}
