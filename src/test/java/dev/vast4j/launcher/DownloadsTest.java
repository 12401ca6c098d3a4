package dev.vast4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.vast4j.internal.http.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DownloadsTest {
  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";

  @TempDir Path temp;

  private Downloads settings(Map<String, String> environment, String content) throws IOException {
    Path file = Files.writeString(temp.resolve("settings.xml"), content);
    return Downloads.create(environment, file);
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
    assertThat(Downloads.create(Map.of(), temp.resolve("none")).central()).isEqualTo(CENTRAL);
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

  @Test
  void namesSettingsThatCannotBeRead() {
    assertThatThrownBy(() -> settings(Map.of(), "<settings"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("settings.xml is not a Maven settings file");
  }
}
