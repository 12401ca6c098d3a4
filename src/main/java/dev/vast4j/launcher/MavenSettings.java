package dev.vast4j.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Reads what Maven's {@code settings.xml} says about the network: the mirror of Maven Central, its
 * log-in, and the active proxy. Encrypted passwords need Maven's master key and are not used.
 * Immutable.
 */
final class MavenSettings {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{env\\.([^}]+)}");

  private final @Nullable Element root;
  private final Map<String, String> environment;

  private MavenSettings(@Nullable Element root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** A repository with the log-in that its server entry gives. */
  record Mirror(String url, @Nullable String user, @Nullable String password) {
    /** Shows no password. */
    @Override
    public String toString() {
      return url;
    }
  }

  /**
   * Reads a settings file.
   *
   * @param file may be missing
   * @throws IOException if the file is there and cannot be read
   */
  static MavenSettings read(Path file, Map<String, String> environment) throws IOException {
    if (!Files.isRegularFile(file)) {
      return new MavenSettings(null, environment);
    }
    try (InputStream in = Files.newInputStream(file)) {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // the default one prints
      return new MavenSettings(builder.parse(in).getDocumentElement(), environment);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is not a Maven settings file: " + e.getMessage(), e);
    }
  }

  /** {@return the mirror of Maven Central, or null} */
  @Nullable Mirror central() {
    return entries("mirrors", "mirror")
        .filter(mirror -> mirrorsCentral(text(mirror, "mirrorOf")))
        .filter(mirror -> !text(mirror, "url").isEmpty())
        .findFirst()
        .map(mirror -> withLogin(text(mirror, "url"), text(mirror, "id")))
        .orElse(null);
  }

  private Mirror withLogin(String url, String id) {
    return entries("servers", "server")
        .filter(server -> text(server, "id").equals(id))
        .filter(server -> !text(server, "password").isEmpty())
        .filter(server -> !isEncrypted(text(server, "password")))
        .findFirst()
        .map(server -> new Mirror(url, text(server, "username"), text(server, "password")))
        .orElse(new Mirror(url, null, null));
  }

  /** {@return the active proxies, in the form of the variables} */
  List<ProxyVariables.Found> proxies() {
    return entries("proxies", "proxy")
        .filter(proxy -> !text(proxy, "active").equals("false"))
        .filter(proxy -> !text(proxy, "host").isEmpty())
        .map(
            proxy -> {
              String port = text(proxy, "port");
              String user = text(proxy, "username");
              String password = text(proxy, "password");
              boolean known = !user.isEmpty() && !isEncrypted(password);
              return new ProxyVariables.Found(
                  text(proxy, "protocol").startsWith("socks"),
                  text(proxy, "host"),
                  port.matches("\\d{1,5}") ? Integer.parseInt(port) : 8080,
                  known ? user : null,
                  known ? password : null);
            })
        .toList();
  }

  /** {@return the hosts that the first active proxy is not for, as {@code NO_PROXY} lists them} */
  String direct() {
    return entries("proxies", "proxy")
        .filter(proxy -> !text(proxy, "active").equals("false"))
        .findFirst()
        .map(proxy -> text(proxy, "nonProxyHosts").replace('|', ','))
        .orElse("");
  }

  /** Follows Maven: the identifier, a star, and exceptions with an exclamation mark. */
  private static boolean mirrorsCentral(String mirrorOf) {
    List<String> listed = Arrays.stream(mirrorOf.split(",")).map(String::strip).toList();
    return !listed.contains("!central")
        && Stream.of("central", "*", "external:*").anyMatch(listed::contains);
  }

  private static boolean isEncrypted(String password) {
    return password.startsWith("{") && password.endsWith("}");
  }

  private Stream<Element> entries(String list, String name) {
    return root == null
        ? Stream.empty()
        : children(root, list).flatMap(found -> children(found, name));
  }

  private static Stream<Element> children(Node parent, String name) {
    return IntStream.range(0, parent.getChildNodes().getLength())
        .mapToObj(parent.getChildNodes()::item)
        .filter(node -> node instanceof Element && node.getNodeName().equals(name))
        .map(Element.class::cast);
  }

  private String text(Element entry, String name) {
    String text =
        children(entry, name).findFirst().map(node -> node.getTextContent().strip()).orElse("");
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
  }
}
