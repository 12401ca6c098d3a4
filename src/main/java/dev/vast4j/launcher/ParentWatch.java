package dev.vast4j.launcher;

import java.io.IOException;
import java.util.Map;

/** Has a process end with the one that started it. */
public final class ParentWatch {
  private ParentWatch() {}

  /**
   * Ends this process as soon as its standard input ends, in the background.
   *
   * @param environment {@code VAST4J_WATCH_STDIN} is to be {@code true}, else nothing is watched
   */
  public static void start(Map<String, String> environment) {
    if (!"true".equals(environment.get("VAST4J_WATCH_STDIN"))) {
      return;
    }
    Thread thread = new Thread(ParentWatch::watch, "vast4j-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whoever started this process holds the other end; when that is gone, nobody needs it. */
  private static void watch() {
    byte[] ignored = new byte[256];
    try {
      while (System.in.read(ignored) >= 0) {
        // Whatever is written there has no meaning.
      }
    } catch (IOException e) {
      System.err.println("vast4j: standard input broke, which ends the process");
    }
    Runtime.getRuntime().halt(0);
  }
}
