package dev.vast4j.local.process;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Loopback ports at which workers accept debuggers: consecutive ones from the first. */
final class DebugPorts {
  private static final int HIGHEST = 65535;

  private final int first;
  private final boolean suspend;
  private final Set<Integer> taken = new HashSet<>();

  /**
   * Creates the ports.
   *
   * @param first the first port, or 0 for no debugging
   * @param suspend whether a worker waits for its debugger before it runs anything
   */
  DebugPorts(int first, boolean suspend) {
    this.first = first;
    this.suspend = suspend;
  }

  boolean enabled() {
    return first > 0;
  }

  /** Takes the lowest port that no worker has and no other program listens on. */
  synchronized int take() {
    for (int port = first; port <= HIGHEST; port++) {
      if (!taken.contains(port) && isFree(port)) {
        taken.add(port);
        return port;
      }
    }
    throw new LocalEngineException("no port from " + first + " is free for a debugger", null);
  }

  synchronized void release(int port) {
    taken.remove(port);
  }

  /** The argument that makes a JVM accept a debugger of this machine. */
  String argument(int port) {
    return "-agentlib:jdwp=transport=dt_socket,server=y,suspend="
        + (suspend ? "y" : "n")
        + ",address=127.0.0.1:"
        + port;
  }

  /** What the log says about a worker's port. */
  String notice(int port) {
    return (suspend ? "waits for" : "accepts") + " a debugger at 127.0.0.1:" + port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
