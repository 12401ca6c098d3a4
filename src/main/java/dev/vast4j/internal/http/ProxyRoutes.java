package dev.vast4j.internal.http;

import dev.vast4j.launcher.ProxyVariables;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.Challenge;
import okhttp3.Connection;
import okhttp3.Credentials;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy of a URL and logs in to it: the program's own choice, then the JVM's (system
 * properties or a default {@link ProxySelector}), then the environment's. This machine is reached
 * directly. Thread-safe.
 */
final class ProxyRoutes extends ProxySelector implements okhttp3.Authenticator, Interceptor {
  private static final String HEADER = "Proxy-Authorization";

  private final Network network;

  ProxyRoutes(Network network) {
    this.network = network;
  }

  @Override
  public List<Proxy> select(URI url) {
    Network.ChosenProxy chosen = network.proxy();
    if (chosen != null) {
      return network.variables().isDirect(url)
          ? List.of(Proxy.NO_PROXY)
          : List.of(proxy(Proxy.Type.HTTP, chosen.host(), chosen.port()));
    }
    ProxySelector jvm = ProxySelector.getDefault();
    List<Proxy> proxies = jvm == null ? List.of() : jvm.select(url);
    if (proxies.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return proxies;
    }
    ProxyVariables.Found found = network.variables().find(url);
    return found == null
        ? List.of(Proxy.NO_PROXY)
        : List.of(
            proxy(found.socks() ? Proxy.Type.SOCKS : Proxy.Type.HTTP, found.host(), found.port()));
  }

  private static Proxy proxy(Proxy.Type type, String host, int port) {
    return new Proxy(type, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public void connectFailed(URI url, SocketAddress address, IOException failure) {
    ProxySelector jvm = ProxySelector.getDefault();
    if (jvm != null && network.proxy() == null) {
      jvm.connectFailed(url, address, failure);
    }
  }

  /** Logs in to a proxy that asks for it, or that a tunnel is opened through. */
  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response)
      throws IOException {
    Request request = response.request();
    if (request.header(HEADER) == null) {
      String known = known(request.url().uri());
      String login = known == null && route != null ? ask(route, response) : known;
      if (login != null) {
        return request.newBuilder().header(HEADER, login).build();
      }
    }
    // OkHttp asks once before it connects, which is no answer of the proxy.
    if (response.challenges().stream()
        .anyMatch(challenge -> "OkHttp-Preemptive".equalsIgnoreCase(challenge.scheme()))) {
      return null;
    }
    throw new ConnectionFault.ProxyLoginRefusedException();
  }

  /** Asks the JVM's authenticator for a Basic log-in; null when it has none. */
  private static @Nullable String ask(Route route, Response response) {
    for (Challenge challenge : response.challenges()) {
      if (challenge.scheme().equalsIgnoreCase("Basic")
          && route.proxy().address() instanceof InetSocketAddress proxy) {
        PasswordAuthentication login =
            Authenticator.requestPasswordAuthentication(
                proxy.getHostString(),
                proxy.getAddress(),
                proxy.getPort(),
                response.request().url().scheme(),
                challenge.realm(),
                challenge.scheme(),
                response.request().url().url(),
                Authenticator.RequestorType.PROXY);
        if (login != null) {
          return Credentials.basic(
              login.getUserName(), new String(login.getPassword()), StandardCharsets.UTF_8);
        }
      }
    }
    return null;
  }

  /** Logs in with the first plain HTTP request: some bodies cannot be sent again. */
  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Connection connection = chain.connection();
    if (connection != null
        && !request.isHttps()
        && request.header(HEADER) == null
        && connection.route().proxy().type() == Proxy.Type.HTTP) {
      String known = known(request.url().uri());
      if (known != null) {
        return chain.proceed(request.newBuilder().header(HEADER, known).build());
      }
    }
    return chain.proceed(request);
  }

  /** The log-in that the program or the environment gives for the proxy of a URL. */
  private @Nullable String known(URI url) {
    Network.ChosenProxy chosen = network.proxy();
    if (chosen != null) {
      return chosen.user() == null
          ? null
          : Credentials.basic(chosen.user(), chosen.password().get(), StandardCharsets.UTF_8);
    }
    ProxySelector jvm = ProxySelector.getDefault();
    if (jvm != null
        && jvm.select(url).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return null; // another proxy, whose log-in is the JVM's
    }
    ProxyVariables.Found found = network.variables().find(url);
    return found == null || found.user() == null || found.password() == null
        ? null
        : Credentials.basic(found.user(), found.password(), StandardCharsets.UTF_8);
  }
}
