package dev.vast4j.internal.deploy;

import dev.vast4j.Endpoints;
import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.MachineLogRequest;
import dev.vast4j.api.WorkerInfo;
import java.util.List;
import java.util.Optional;

/** The account's endpoints. Thread-safe. */
record AccountEndpoints(Connection connection) implements Endpoints {
  @Override
  public List<EndpointInfo> list() {
    return connection.web().endpoints();
  }

  @Override
  public EndpointInfo get(long id) {
    return connection.web().endpoint(id);
  }

  @Override
  public Optional<EndpointInfo> find(String name) {
    return list().stream().filter(endpoint -> endpoint.name().equals(name)).findFirst();
  }

  @Override
  public long create(EndpointConfig config) {
    return connection.web().createEndpoint(config);
  }

  @Override
  public void change(long id, EndpointConfig config) {
    connection.web().updateEndpoint(id, config);
  }

  @Override
  public List<WorkerInfo> workers(long id) {
    return connection.engine().workers(id);
  }

  @Override
  public EndpointLogs logs(long id) {
    return connection.engine().endpointLogs(id, null);
  }

  @Override
  public List<String> machineLog(long workerId, MachineLogRequest request) {
    return connection.machineLogs().lines(workerId, request);
  }

  @Override
  public EndpointLogs logs(long id, int lines) {
    return connection.engine().endpointLogs(id, lines);
  }

  @Override
  public void delete(long id) {
    connection.web().deleteEndpoint(id);
  }
}
