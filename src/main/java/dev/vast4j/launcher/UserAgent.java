package dev.vast4j.launcher;

import java.net.URLConnection;

/** The {@code User-Agent} of requests without the HTTP client. */
public final class UserAgent {
  private static final String NAME = "vast4j/" + version();

  private UserAgent() {}

  private static String version() {
    String version = UserAgent.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  /**
   * Names vast4j as the sender of a request.
   *
   * @param <C> the kind of connection
   * @param connection not connected yet
   * @return the connection
   */
  public static <C extends URLConnection> C on(C connection) {
    connection.setRequestProperty("User-Agent", NAME);
    return connection;
  }

  /** {@return the value} */
  public static String name() {
    return NAME;
  }
}
