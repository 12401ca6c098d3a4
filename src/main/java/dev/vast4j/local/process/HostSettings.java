package dev.vast4j.local.process;

import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How a host runs workers. Immutable.
 *
 * @param apiKey the account's key, kept out of the workers' logs
 * @param heap the heap limit of Java workers, as {@code -Xmx} takes it
 * @param runSetup whether workers run apt, pip and the scripts of their bundles
 * @param templates what stands in for templates, by their hashes
 * @param millis the time of day, for the lines of logs
 * @param debugPort the first port at which Java workers accept debuggers, or 0 for none
 * @param debugSuspend whether they wait for a debugger
 */
public record HostSettings(
    String apiKey,
    Optional<String> heap,
    boolean runSetup,
    Map<String, Template> templates,
    LongSupplier millis,
    int debugPort,
    boolean debugSuspend) {

  /** Copies the map. */
  public HostSettings {
    templates = Map.copyOf(templates);
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "HostSettings[templates=" + templates.keySet() + ", debugPort=" + debugPort + "]";
  }
}
