package dev.vast4j.internal.deploy;

import dev.vast4j.Deployment;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The open deployments that this process built, by name. Thread-safe. */
public final class OpenDeployments {
  private static final ConcurrentMap<String, Deployment> BY_NAME = new ConcurrentHashMap<>();

  private OpenDeployments() {}

  static Deployment register(Deployment deployment) {
    BY_NAME.put(deployment.name(), deployment);
    return deployment;
  }

  /** The open deployment of that name, if there is one. */
  public static Optional<Deployment> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static void remove(Deployment deployment) {
    BY_NAME.remove(deployment.name(), deployment);
  }
}
