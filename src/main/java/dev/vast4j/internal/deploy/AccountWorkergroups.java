package dev.vast4j.internal.deploy;

import dev.vast4j.Workergroups;
import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.api.WorkergroupInfo;
import java.util.List;

/** The account's workergroups. Thread-safe. */
record AccountWorkergroups(Connection connection) implements Workergroups {
  @Override
  public List<WorkergroupInfo> list() {
    return connection.web().workergroups();
  }

  @Override
  public long create(WorkergroupConfig config) {
    return connection.web().createWorkergroup(config);
  }

  @Override
  public void change(long id, WorkergroupConfig config) {
    connection.web().updateWorkergroup(id, config);
  }

  @Override
  public EndpointLogs logs(long id) {
    return connection.engine().workergroupLogs(id, null);
  }

  @Override
  public void update(long id) {
    connection.engine().updateWorkers(id);
  }

  @Override
  public void cancelUpdate(long id) {
    connection.engine().cancelUpdate(id);
  }

  @Override
  public void delete(long id) {
    connection.web().deleteWorkergroup(id);
  }
}
