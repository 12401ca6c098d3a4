package dev.vast4j.launcher;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Reads what Maven's {@code settings.xml} says about the network: the mirror of Maven Central, its
 * log-in, and the active proxies. The user's file comes before the installation's. Immutable.
 */
final class MavenSettings {
  private static final String CENTRAL = "central";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{env\\.([^}]+)}");

  private final List<SettingsFile> files;
  private final Map<String, String> environment;

  private MavenSettings(List<SettingsFile> files, Map<String, String> environment) {
    this.files = List.copyOf(files);
    this.environment = environment;
  }

  /**
   * A repository with the log-in that its server entry gives.
   *
   * @param loginProblem why there is no log-in though the entry has one, or null
   */
  record Mirror(
      String url, @Nullable String user, @Nullable String password, @Nullable String loginProblem) {
    /** Shows no password. */
    @Override
    public String toString() {
      return url.replaceFirst("//.*@", "//");
    }
  }

  /** An entry of a list, with the file that has it. */
  private record Entry(SettingsFile file, Element element) {
    private String raw(String name) {
      return SettingsFile.text(element, name);
    }

    private String id() {
      return raw("id").isEmpty() ? "default" : raw("id");
    }
  }

  /**
   * {@return the user's settings and those of Maven's installation, found as Maven's own script is:
   * by {@code MAVEN_HOME}, {@code M2_HOME} or {@code PATH}}
   */
  static List<Path> files(Map<String, String> environment, Path user) {
    Stream<Path> homes =
        Stream.of("MAVEN_HOME", "M2_HOME")
            .map(name -> environment.getOrDefault(name, "").strip())
            .filter(home -> !home.isEmpty())
            .flatMap(home -> path(home).stream());
    Stream<Path> commands =
        Stream.of(environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
            .filter(folder -> !folder.isEmpty())
            .flatMap(folder -> path(folder).stream())
            .flatMap(folder -> homeOf(folder.resolve("mvn")).stream());
    return Stream.concat(
            Stream.of(user),
            Stream.concat(homes, commands)
                .map(home -> home.resolve("conf").resolve("settings.xml"))
                .filter(Files::isRegularFile)
                .limit(1))
        .toList();
  }

  private static List<Path> path(String text) {
    try {
      return List.of(Path.of(text));
    } catch (InvalidPathException e) {
      return List.of();
    }
  }

  /** Follows links from {@code bin/mvn} to the installation. */
  private static List<Path> homeOf(Path command) {
    try {
      Path bin = Files.isRegularFile(command) ? command.toRealPath().getParent() : null;
      Path home = bin == null ? null : bin.getParent();
      return home == null ? List.of() : List.of(home);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Reads settings files.
   *
   * @param files the first comes first; may be missing
   * @throws IOException if a file is there and cannot be read
   */
  static MavenSettings read(List<Path> files, Map<String, String> environment) throws IOException {
    List<SettingsFile> found = new ArrayList<>();
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        found.add(SettingsFile.read(file));
      }
    }
    return new MavenSettings(found, environment);
  }

  /** {@return the mirror of Maven Central, or null} */
  @Nullable Mirror central() {
    List<Entry> mirrors =
        entries("mirrors", "mirror")
            .filter(mirror -> !text(mirror, "url").isEmpty())
            .filter(mirror -> isOfMavensLayout(text(mirror, "mirrorOfLayouts")))
            .toList();
    return Stream.concat(
            mirrors.stream().filter(mirror -> text(mirror, "mirrorOf").equals(CENTRAL)),
            mirrors.stream().filter(mirror -> mirrorsCentral(text(mirror, "mirrorOf"))))
        .findFirst()
        .map(mirror -> withLogin(text(mirror, "url"), mirror.id()))
        .orElse(null);
  }

  private static boolean isOfMavensLayout(String layouts) {
    return layouts.isEmpty()
        || Stream.of(layouts.split(","))
            .map(String::strip)
            .anyMatch(one -> one.equals("default") || one.equals("*"));
  }

  /** Follows Maven: the identifier, a star, and exceptions with an exclamation mark. */
  private static boolean mirrorsCentral(String mirrorOf) {
    boolean mirrors = false;
    for (String one : List.of(mirrorOf.split(",", -1))) {
      switch (one.strip()) {
        case "!central" -> {
          return false;
        }
        case CENTRAL -> {
          return true;
        }
        case "*", "external:*" -> mirrors = true;
        default -> {} // another repository
      }
    }
    return mirrors;
  }

  private Mirror withLogin(String url, String id) {
    return entries("servers", "server")
        .filter(server -> server.id().equals(id))
        .filter(server -> !server.raw("password").isEmpty())
        .findFirst()
        .map(server -> withLogin(url, server))
        .orElse(new Mirror(url, null, null, null));
  }

  private Mirror withLogin(String url, Entry server) {
    String unset =
        Stream.of("username", "password")
            .flatMap(name -> PLACEHOLDER.matcher(server.raw(name)).results())
            .map(found -> found.group(1))
            .filter(name -> !environment.containsKey(name))
            .distinct()
            .collect(Collectors.joining(", "));
    String password = password(server);
    if (unset.isEmpty() && password != null) {
      return new Mirror(url, text(server, "username"), password, null);
    }
    String problem =
        unset.isEmpty()
            ? "has an encrypted password that " + server.file().security() + " does not decrypt"
            : "names variables that are not set: " + unset;
    return new Mirror(
        url,
        null,
        null,
        "the server '" + server.id() + "' in " + server.file().path() + " " + problem);
  }

  /** {@return the proxy for a URL, or null; chosen as Maven does} */
  ProxyVariables.@Nullable Found proxy(URI url) {
    String host = url.getHost();
    if (host == null) {
      return null;
    }
    List<Entry> usable =
        entries("proxies", "proxy")
            .filter(proxy -> isActive(text(proxy, "active")))
            .filter(proxy -> !text(proxy, "host").isEmpty())
            .filter(proxy -> !isListed(host, text(proxy, "nonProxyHosts")))
            .toList();
    return Stream.of(String.valueOf(url.getScheme()), "http", "socks", "socks4", "socks5")
        .flatMap(protocol -> usable.stream().filter(proxy -> protocol(proxy).equals(protocol)))
        .findFirst()
        .map(this::found)
        .orElse(null);
  }

  private String protocol(Entry proxy) {
    String protocol = text(proxy, "protocol").toLowerCase(Locale.ROOT);
    return protocol.isEmpty() ? "http" : protocol;
  }

  private ProxyVariables.Found found(Entry proxy) {
    String port = text(proxy, "port");
    String user = text(proxy, "username");
    String password = password(proxy);
    boolean known = !user.isEmpty() && password != null;
    return new ProxyVariables.Found(
        protocol(proxy).startsWith("socks"),
        text(proxy, "host"),
        port.matches("\\d{1,5}") ? Integer.parseInt(port) : 8080,
        known ? user : null,
        known ? password : null);
  }

  private static boolean isActive(String active) {
    return active.isEmpty() || active.equalsIgnoreCase("true");
  }

  private static boolean isListed(String host, String nonProxyHosts) {
    return Stream.of(nonProxyHosts.split("[|,]"))
        .map(String::strip)
        .filter(pattern -> !pattern.isEmpty())
        .map(pattern -> "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E")
        .anyMatch(
            pattern -> Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(host).matches());
  }

  /** {@return the password of an entry, empty if it has none, null if it cannot be decrypted} */
  private @Nullable String password(Entry entry) {
    String password = text(entry, "password");
    String encrypted = SettingsCipher.encrypted(password);
    if (encrypted == null) {
      return password;
    }
    String master = entry.file().master();
    return master == null ? null : SettingsCipher.decrypt(encrypted, master);
  }

  /** {@return the entries of all files; one file's hide those of later files with the same id} */
  private Stream<Entry> entries(String list, String name) {
    Set<String> hidden = new HashSet<>();
    List<Entry> entries = new ArrayList<>();
    for (SettingsFile file : files) {
      List<Entry> own =
          SettingsFile.children(file.root(), list)
              .flatMap(found -> SettingsFile.children(found, name))
              .map(element -> new Entry(file, element))
              .filter(entry -> !hidden.contains(entry.id()))
              .toList();
      own.forEach(entry -> hidden.add(entry.id()));
      entries.addAll(own);
    }
    return entries.stream();
  }

  private String text(Entry entry, String name) {
    return PLACEHOLDER
        .matcher(entry.raw(name))
        .replaceAll(
            found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
  }
}
