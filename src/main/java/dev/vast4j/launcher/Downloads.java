package dev.vast4j.launcher;

import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens URLs as this machine reaches them: through the JVM's proxy, the one of {@code HTTPS_PROXY}
 * and the like, or that of Maven's settings, in this order; and Maven Central by its mirror.
 * Immutable and thread-safe.
 */
final class Downloads {
  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";

  private final ProxyVariables variables;
  private final MavenSettings settings;
  private final MavenSettings.@Nullable Mirror mirror;

  private Downloads(ProxyVariables variables, MavenSettings settings) {
    this.variables = variables;
    this.settings = settings;
    this.mirror = settings.central();
  }

  /**
   * Reads how this machine reaches the network.
   *
   * @param settings Maven's settings, the first comes first; may be missing
   * @throws IOException if the settings cannot be read
   */
  static Downloads create(Map<String, String> environment, List<Path> settings) throws IOException {
    return new Downloads(
        new ProxyVariables(environment::get), MavenSettings.read(settings, environment));
  }

  /** {@return the URL of Maven Central or its mirror} */
  String central() {
    return mirror == null ? CENTRAL : mirror.url();
  }

  /** {@return why a repository's log-in is not used though Maven's settings have one, or empty} */
  String loginProblem(String repository) {
    return mirror == null || mirror.loginProblem() == null || !isWithin(repository, mirror.url())
        ? ""
        : mirror.loginProblem();
  }

  private static boolean isWithin(String url, String base) {
    return url.startsWith(base.endsWith("/") ? base : base + "/");
  }

  /** Opens a URL; connects when it is read. A log-in in the URL is sent, as curl does. */
  URLConnection open(URL url) throws IOException {
    URI uri = URI.create(url.toString());
    ProxyVariables.@Nullable Found found = proxy(uri);
    URLConnection connection =
        found == null
            ? url.openConnection() // by the JVM's proxy, if it has one
            : url.openConnection(
                new Proxy(
                    found.socks() ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                    new InetSocketAddress(found.host(), found.port())));
    if (found != null && found.user() != null && connection instanceof HttpURLConnection http) {
      String password = found.password() == null ? "" : found.password();
      http.setAuthenticator(new ProxyLogin(found.user(), password));
    }
    String login = login(url);
    if (login != null) {
      connection.setRequestProperty(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
    return connection;
  }

  private @Nullable String login(URL url) {
    if (url.getUserInfo() != null) {
      return ProxyVariables.decoded(url.getUserInfo());
    }
    return mirror != null && mirror.user() != null && isWithin(url.toString(), mirror.url())
        ? mirror.user() + ":" + mirror.password()
        : null;
  }

  private ProxyVariables.@Nullable Found proxy(URI url) {
    ProxySelector jvm = ProxySelector.getDefault();
    if (variables.isDirect(url)
        || (jvm != null
            && url.getHost() != null
            && jvm.select(url).stream().anyMatch(one -> one.type() != Proxy.Type.DIRECT))) {
      return null;
    }
    ProxyVariables.Found found = variables.find(url);
    return found == null ? settings.proxy(url) : found;
  }

  private static final class ProxyLogin extends Authenticator {
    private final String user;
    private final String password;

    ProxyLogin(String user, String password) {
      this.user = user;
      this.password = password;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      return getRequestorType() == RequestorType.PROXY
          ? new PasswordAuthentication(user, password.toCharArray())
          : null;
    }
  }
}
