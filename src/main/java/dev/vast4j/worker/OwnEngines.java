package dev.vast4j.worker;

import dev.vast4j.launcher.EngineHttp;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which of the addresses that a worker reports to are embedded engines, by their latest answers.
 * Reports to others contain the protocol's fields only. Thread-safe.
 */
final class OwnEngines {
  private final Set<String> addresses = ConcurrentHashMap.newKeySet();

  /** Takes note of an engine's answer. */
  void answered(String address, EngineHttp.Answer answer) {
    if (answer.ownEngine()) {
      addresses.add(address);
    } else {
      addresses.remove(address);
    }
  }

  /** {@return whether an embedded engine gave the latest answer from an address} */
  boolean include(String address) {
    return addresses.contains(address);
  }
}
