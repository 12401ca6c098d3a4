package dev.vast4j.internal.http;

import dev.vast4j.launcher.ProxyVariables;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a connection reaches the network. Immutable. */
public final class Network { // no record: JDK 17's javadoc fails on one that it does not describe
  private final @Nullable ChosenProxy proxy;
  private final ProxyVariables variables;
  private final List<X509Certificate> trusted;
  private final @Nullable Duration connectTimeout;
  private final @Nullable Duration readTimeout;

  /**
   * Creates it.
   *
   * @param proxy the proxy that the program chose, or null
   * @param variables what the environment says about proxies
   * @param trusted certificates to trust in addition to the system's
   * @param connectTimeout how long connecting to one address may take, or null for the default
   * @param readTimeout how long an exchange with the web API may wait for bytes, or null
   */
  public Network(
      @Nullable ChosenProxy proxy,
      ProxyVariables variables,
      List<X509Certificate> trusted,
      @Nullable Duration connectTimeout,
      @Nullable Duration readTimeout) {
    this.proxy = proxy;
    this.variables = variables;
    this.trusted = List.copyOf(trusted);
    this.connectTimeout = connectTimeout;
    this.readTimeout = readTimeout;
  }

  /**
   * An HTTP proxy that the program chose.
   *
   * @param user the user to log in as, or null
   * @param password looks up the password at each log-in
   */
  public record ChosenProxy(
      String host, int port, @Nullable String user, Supplier<String> password) {
    /** Shows no password. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** {@return the network as the environment and the JVM describe it} */
  public static Network ofProcess() {
    return new Network(null, new ProxyVariables(System::getenv), List.of(), null, null);
  }

  @Nullable ChosenProxy proxy() {
    return proxy;
  }

  ProxyVariables variables() {
    return variables;
  }

  /** {@return certificates to trust in addition to the system's} */
  public List<X509Certificate> trusted() {
    return trusted;
  }

  @Nullable Duration connectTimeout() {
    return connectTimeout;
  }

  @Nullable Duration readTimeout() {
    return readTimeout;
  }
}
