package dev.vast4j.launcher;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.vast4j.internal.http.TestProxy;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DownloadsTest {
  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";

  @TempDir Path temp;

  private Downloads settings(Map<String, String> environment, String content) throws IOException {
    Path file = Files.writeString(temp.resolve("settings.xml"), content);
    return Downloads.create(environment, List.of(file));
  }

  private static String mirror(String mirrorOf, String url) {
    return "<settings xmlns=\"http://maven.apache.org/SETTINGS/1.2.0\"><mirrors><mirror>"
        + "<id>corp</id><mirrorOf>"
        + mirrorOf
        + "</mirrorOf><url>"
        + url
        + "</url></mirror></mirrors><servers><server><id>corp</id><username>${env.WHO}</username>"
        + "<password>s3cret</password></server></servers></settings>";
  }

  private static String read(Downloads downloads, String url) throws IOException {
    try (var in = downloads.open(new URL(url)).getInputStream()) {
      return new String(in.readAllBytes());
    }
  }

  @Test
  void usesCentralWithoutSettings() throws Exception {
    assertThat(Downloads.create(Map.of(), List.of(temp.resolve("none"))).central())
        .isEqualTo(CENTRAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"central", "*", "external:*", "other, central", "*,!snapshots"})
  void usesMirrorOfCentral(String mirrorOf) throws Exception {
    assertThat(settings(Map.of(), mirror(mirrorOf, "https://nexus.corp/m2")).central())
        .isEqualTo("https://nexus.corp/m2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "*,!central", "external:http:*"})
  void leavesMirrorsOfOthers(String mirrorOf) throws Exception {
    assertThat(settings(Map.of(), mirror(mirrorOf, "https://nexus.corp/m2")).central())
        .isEqualTo(CENTRAL);
  }

  @Test
  void logsInToMirrorOnly() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      Downloads downloads = settings(Map.of("WHO", "me"), mirror("*", url + "/m2/"));
      read(downloads, url + "/m2/a.jar");
      read(downloads, url + "/elsewhere/a.jar");
      assertThat(seen).containsExactly("Basic bWU6czNjcmV0", "null");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void usesProxyOfSettingsWithItsLogin() throws Exception {
    try (TestProxy proxy = new TestProxy("me:pass", 0)) {
      String content =
          "<settings><proxies><proxy><active>true</active><protocol>http</protocol>"
              + "<host>127.0.0.1</host><port>"
              + proxy.port()
              + "</port><username>me</username><password>pass</password>"
              + "<nonProxyHosts>*.direct.test|localhost</nonProxyHosts></proxy></proxies></settings>";
      Downloads downloads = settings(Map.of(), content);
      assertThat(read(downloads, "http://central.test/a.jar")).contains("deployments");
      assertThat(proxy.requests()).containsExactly("GET http://central.test/a.jar HTTP/1.1");
      assertThatThrownBy(() -> read(downloads, "http://a.direct.test/a.jar"))
          .isInstanceOf(IOException.class);
      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  void prefersProxyOfTheEnvironment() throws Exception {
    try (TestProxy proxy = new TestProxy("me:pass", 0)) {
      Downloads downloads =
          settings(
              Map.of("http_proxy", "http://me:pass@127.0.0.1:" + proxy.port()),
              "<settings><proxies><proxy><host>127.0.0.1</host><port>1</port></proxy></proxies>"
                  + "</settings>");
      assertThat(read(downloads, "http://central.test/b.jar")).contains("deployments");
    }
  }

  private static String proxies(String... proxies) {
    return "<settings><proxies>"
        + Stream.of(proxies).map(one -> "<proxy>" + one + "</proxy>").collect(joining())
        + "</proxies></settings>";
  }

  /** Ports of proxies with nobody behind them, so that a message names the one that was chosen. */
  private String proxyOf(String url, String... proxies) throws IOException {
    MavenSettings settings =
        MavenSettings.read(
            List.of(Files.writeString(temp.resolve("proxies.xml"), proxies(proxies))), Map.of());
    ProxyVariables.Found found = settings.proxy(URI.create(url));
    return found == null ? "direct" : found.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.1.2.3/, direct",
    "http://110.1.2.3/, http://p:1",
    "https://nexus.corp/, direct",
    "https://nexus.corp.com/, http://p:1",
    "https://repo-eu.acme.com/, direct",
    "https://REPO-eu.acme.com/, direct",
    "https://other.acme.com/, http://p:1",
  })
  void matchesHostsWithoutProxyAsMavenDoes(String url, String expected) throws Exception {
    assertThat(
            proxyOf(
                url,
                "<host>p</host><port>1</port>"
                    + "<nonProxyHosts>10.*| *.corp |repo*.acme.com</nonProxyHosts>"))
        .isEqualTo(expected);
  }

  @Test
  void choosesProxyOfTheProtocolThatIsForTheHost() throws Exception {
    String http = "<id>a</id><protocol>http</protocol><host>h</host><port>1</port>";
    String https = "<id>b</id><protocol>https</protocol><host>s</host><port>2</port>";
    assertThat(proxyOf("https://central.test/", http, https)).isEqualTo("http://s:2");
    assertThat(proxyOf("http://central.test/", https, http)).isEqualTo("http://h:1");
    assertThat(proxyOf("https://central.test/", http)).isEqualTo("http://h:1");
    assertThat(proxyOf("http://central.test/", https)).isEqualTo("direct");
    assertThat(
            proxyOf(
                "https://a.test/",
                http + "<nonProxyHosts>*.test</nonProxyHosts>",
                https + "<active>FALSE</active>"))
        .isEqualTo("direct");
    assertThat(proxyOf("https://a.test/", "<active>no</active>" + http, "<active/>" + https))
        .isEqualTo("http://s:2");
  }

  @Test
  void prefersMirrorThatNamesCentralAlone() throws Exception {
    String content =
        "<settings><mirrors>"
            + "<mirror><id>a</id><mirrorOf>*</mirrorOf><url>http://all.test/</url></mirror>"
            + "<mirror><id>b</id><mirrorOf>central</mirrorOf><url>http://it.test/</url></mirror>"
            + "</mirrors></settings>";
    assertThat(settings(Map.of(), content).central()).isEqualTo("http://it.test/");
  }

  @Test
  void leavesMirrorsOfOtherLayouts() throws Exception {
    String content =
        "<settings><mirrors><mirror><id>a</id><mirrorOf>*</mirrorOf><url>http://p2.test/</url>"
            + "<mirrorOfLayouts>p2</mirrorOfLayouts></mirror></mirrors></settings>";
    assertThat(settings(Map.of(), content).central()).isEqualTo(CENTRAL);
  }

  @Test
  void readsSettingsOfMavensInstallationToo() throws Exception {
    Path user =
        Files.writeString(
            temp.resolve("user.xml"),
            "<settings><servers><server><id>corp</id><username>me</username>"
                + "<password>mine</password></server></servers></settings>");
    Path home = Files.createDirectories(temp.resolve("maven/conf"));
    Files.writeString(home.resolve("settings.xml"), mirror("*", "http://corp.test/m2"));
    Path bin = Files.createDirectories(temp.resolve("maven/bin"));
    Files.writeString(bin.resolve("mvn"), "");
    Path linked = Files.createDirectories(temp.resolve("linked"));
    Files.createSymbolicLink(linked.resolve("mvn"), bin.resolve("mvn"));
    for (Map<String, String> environment :
        List.of(
            Map.of("MAVEN_HOME", temp.resolve("maven").toString()),
            Map.of("M2_HOME", temp.resolve("maven").toString()),
            Map.of("PATH", temp + File.pathSeparator + bin),
            Map.of("PATH", linked.toString()))) {
      MavenSettings settings =
          MavenSettings.read(MavenSettings.files(environment, user), environment);
      assertThat(settings.central())
          .isEqualTo(new MavenSettings.Mirror("http://corp.test/m2", "me", "mine", null));
    }
    assertThat(MavenSettings.files(Map.of("PATH", "\0"), user)).containsExactly(user);
  }

  /** As {@code mvn --encrypt-master-password} and {@code --encrypt-password} wrote them. */
  @Test
  void decryptsPasswords() throws Exception {
    String content =
        mirror("*", "http://corp.test/m2")
            .replace("s3cret", "made in May {gmBlu6wwL0sH+fEXbJ5IISPfX7VCsUSw4ITcs+pDLFg=}");
    assertThat(settings(Map.of("WHO", "me"), content).loginProblem("http://corp.test/m2/"))
        .contains("encrypted", "'corp'", "settings-security.xml")
        .doesNotContain("gmBlu");
    String master = "{s8+ipLGeozQHQoYKICvOJ6IaCjR7M8dS6/OivaPinog=}";
    Path security = temp.resolve("settings-security.xml");
    Path other =
        Files.writeString(
            temp.resolve("stick.xml"),
            "<settingsSecurity><master>" + master + "</master></settingsSecurity>");
    for (String text :
        List.of("<master>" + master + "</master>", "<relocation>" + other + "</relocation>")) {
      Files.writeString(security, "<settingsSecurity>" + text + "</settingsSecurity>");
      Path file = Files.writeString(temp.resolve("settings.xml"), content);
      assertThat(MavenSettings.read(List.of(file), Map.of("WHO", "me")).central())
          .isEqualTo(new MavenSettings.Mirror("http://corp.test/m2", "me", "s3cret&\"ü", null));
    }
    Files.writeString(security, "<settingsSecurity><master>{AAAA}</master></settingsSecurity>");
    assertThat(settings(Map.of("WHO", "me"), content).loginProblem("http://corp.test/m2/"))
        .contains("encrypted");
  }

  @Test
  void namesVariableOfLoginThatIsNotSet() throws Exception {
    Downloads downloads =
        settings(
            Map.of("WHO", "me"),
            mirror("*", "http://corp.test/m2").replace("s3cret", "${env.NEXUS_PASSWORD}"));
    assertThat(downloads.loginProblem("http://corp.test/m2/")).contains("'corp'", "NEXUS_PASSWORD");
    assertThat(downloads.loginProblem("http://other.test/")).isEmpty();
  }

  @Test
  void logsInAsTheUrlSays() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    for (HttpServer one : List.of(server, elsewhere)) {
      one.createContext(
          "/",
          exchange -> {
            seen.add(
                exchange.getRequestURI()
                    + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            if (exchange.getRequestURI().getPath().equals("/m2/moved.jar")) {
              exchange
                  .getResponseHeaders()
                  .set("Location", "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/x");
              exchange.sendResponseHeaders(302, -1);
            } else {
              exchange.sendResponseHeaders(200, -1);
            }
            exchange.close();
          });
      one.start();
    }
    try {
      String base = "me:s%40c@127.0.0.1:" + server.getAddress().getPort() + "/m2/";
      Downloads downloads = settings(Map.of(), "<settings/>");
      read(downloads, "http://" + base + "a.jar");
      read(downloads, "http://" + base + "moved.jar");
      assertThat(seen)
          .containsExactly("/m2/a.jar Basic bWU6c0Bj", "/m2/moved.jar Basic bWU6c0Bj", "/x null");
    } finally {
      server.stop(0);
      elsewhere.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'<settings', line 1",
    "'<settings><servers><server><password>pa&ss;word</password></server></servers></settings>',"
        + " line 1",
    "'<project/>', <project>",
  })
  void namesPlaceInSettingsThatCannotBeReadAndNoText(String content, String expected) {
    assertThatThrownBy(() -> settings(Map.of(), content).central())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("settings.xml is not a Maven settings file", expected)
        .hasMessageNotContaining("ss;")
        .hasMessageNotContaining("\"ss\"");
  }

  @Test
  void namesSettingsThatCannotBeRead() {
    assertThatThrownBy(() -> settings(Map.of(), "<settings"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("settings.xml is not a Maven settings file");
  }
}
