package dev.vast4j.launcher;

import java.io.IOException;
import java.util.Map;

/** Ends this process when its parent process ends. */
public final class ParentWatch {
  private ParentWatch() {}

  /**
   * Starts to watch standard input in the background, and exits when it ends.
   *
   * @param environment does nothing unless {@code VAST4J_WATCH_STDIN} is {@code true}
   */
  public static void start(Map<String, String> environment) {
    if (!"true".equals(environment.get("VAST4J_WATCH_STDIN"))) {
      return;
    }
    Thread thread = new Thread(ParentWatch::watch, "vast4j-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /** The parent process holds the other end of standard input, which closes when it ends. */
  private static void watch() {
    byte[] ignored = new byte[256];
    try {
      while (System.in.read(ignored) >= 0) {
        // Input has no meaning.
      }
    } catch (IOException e) {
      System.err.println("vast4j: standard input failed; exiting");
    }
    Runtime.getRuntime().halt(0);
  }
}
