package dev.vast4j.launcher;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, as
 * curl reads them; lower case comes first. Immutable.
 */
public final class ProxyVariables {
  private final UnaryOperator<@Nullable String> variables;

  /**
   * Creates the settings.
   *
   * @param variables returns a variable's value or null
   */
  public ProxyVariables(UnaryOperator<@Nullable String> variables) {
    this.variables = variables;
  }

  /**
   * A proxy.
   *
   * @param socks whether it speaks SOCKS instead of HTTP
   * @param host its host
   * @param port its port
   * @param user the user to log in as, or null
   * @param password the password, or null
   */
  public record Found(
      boolean socks, String host, int port, @Nullable String user, @Nullable String password) {
    /** Shows no password. */
    @Override
    public String toString() {
      return (socks ? "socks://" : "http://") + host + ":" + port;
    }
  }

  /**
   * Finds the proxy of a URL.
   *
   * @param url an http or https URL
   * @return null when it is to be reached directly
   */
  public @Nullable Found find(URI url) {
    if (isDirect(url)) {
      return null;
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    String value = value(scheme + "_proxy");
    value = value == null ? value("all_proxy") : value;
    return value == null ? null : parse(value);
  }

  /**
   * Tells whether a URL is to be reached directly.
   *
   * @param url an http or https URL
   * @return whether it is on this machine, or {@code NO_PROXY} lists its host
   */
  public boolean isDirect(URI url) {
    String host = url.getHost();
    if (host == null) {
      return true;
    }
    String plain = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$", "");
    if (plain.equals("localhost")
        || plain.endsWith(".localhost")
        || plain.equals("::1")
        || plain.matches("127(\\.\\d+){3}")) {
      return true;
    }
    String listed = value("no_proxy");
    return listed != null
        && Stream.of(listed.toLowerCase(Locale.ROOT).split("[,\\s]+"))
            .anyMatch(one -> !one.isEmpty() && matches(one, plain, portOf(url)));
  }

  private static int portOf(URI url) {
    return url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
  }

  private static boolean matches(String listed, String host, int port) {
    if (listed.equals("*")) {
      return true;
    }
    if (listed.indexOf('/') > 0) {
      return isWithin(listed, host);
    }
    String name = listed.replaceFirst("^\\*?\\.", "");
    int colon = name.indexOf(':');
    if (colon > 0 && name.indexOf(':', colon + 1) < 0) {
      if (!name.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = name.substring(0, colon);
    }
    name = name.replaceAll("^\\[|\\]$", "");
    return host.equals(name) || host.endsWith("." + name);
  }

  /** Whether an IPv4 address is in a network such as {@code 10.0.0.0/8}. */
  private static boolean isWithin(String network, String host) {
    int slash = network.indexOf('/');
    Long base = address(network.substring(0, slash));
    Long address = address(host);
    String bits = network.substring(slash + 1);
    if (base == null || address == null || !bits.matches("3[0-2]|[12]?\\d")) {
      return false;
    }
    int rest = 32 - Integer.parseInt(bits);
    return base >> rest == address >> rest;
  }

  private static @Nullable Long address(String text) {
    if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
      return null;
    }
    long address = 0;
    for (String part : List.of(text.split("\\.", -1))) {
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  private @Nullable String value(String name) {
    String value = variables.apply(name);
    value =
        value == null || value.isBlank() ? variables.apply(name.toUpperCase(Locale.ROOT)) : value;
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** Reads {@code [http://][user:password@]host[:port]}; null when it is something else. */
  private static @Nullable Found parse(String value) {
    try {
      URI uri = URI.create(value.contains("://") ? value : "http://" + value);
      String host = uri.getHost();
      if (host == null) {
        return null;
      }
      boolean socks = uri.getScheme().toLowerCase(Locale.ROOT).startsWith("socks");
      int port = uri.getPort() >= 0 ? uri.getPort() : socks ? 1080 : 3128;
      String login = uri.getRawUserInfo();
      if (login == null) {
        return new Found(socks, host, port, null, null);
      }
      int colon = login.indexOf(':');
      return new Found(
          socks,
          host,
          port,
          decoded(colon < 0 ? login : login.substring(0, colon)),
          colon < 0 ? "" : decoded(login.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return null; // its message would show a password
    }
  }

  /** {@return a part of a URL without percent-encoding} */
  static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
