package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.TestCertificates;
import dev.vast4j.internal.http.TestProxy;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Proxies, their log-in, and a company's own CA. */
@Timeout(60)
class NetworkTest {
  @TempDir Path temp;

  private Vast.Builder builder(String url) {
    return Vast.builder().apiKey("k").webUrl(url).engineUrl(url).cacheFolder(temp);
  }

  @Test
  void logsInToItsProxy() throws Exception {
    try (TestProxy proxy = new TestProxy("me:s€cret", 0);
        Vast vast =
            builder("http://console.test")
                .proxy("127.0.0.1", proxy.port(), "me", Secret.literal("s€cret"))
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofSeconds(20))
                .build()) {
      assertThat(vast.deployments().list()).isEmpty();
      assertThat(proxy.requests())
          .hasSize(1)
          .allMatch(line -> line.contains("http://console.test/"));
    }
  }

  @Test
  void logsInByTheJvmsAuthenticator() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>();
    Authenticator before = Authenticator.getDefault();
    Authenticator.setDefault(
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            asked.set(getRequestorType() + " " + getRequestingPort() + " " + getRequestingPrompt());
            return new PasswordAuthentication("you", "pass".toCharArray());
          }
        });
    try (TestProxy proxy = new TestProxy("you:pass", 0);
        Vast vast = builder("http://console.test").proxy("127.0.0.1", proxy.port()).build()) {
      assertThat(vast.deployments().list()).isEmpty();
      assertThat(asked).hasValue("PROXY " + proxy.port() + " acme");
    } finally {
      Authenticator.setDefault(before);
    }
  }

  @Test
  void namesNoPasswordOfAProxyThatRefuses() throws Exception {
    try (TestProxy proxy = new TestProxy("me:right", 0);
        Vast vast =
            builder("http://console.test")
                .proxy("127.0.0.1", proxy.port(), "me", Secret.literal("wrong-password"))
                .build()) {
      assertThatThrownBy(() -> vast.deployments().list())
          .isInstanceOf(VastException.class)
          .hasMessageContaining("407")
          .hasMessageNotContaining("wrong-password");
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void tunnelsThroughItsProxyToAServerOfTheCompanysCa() throws Exception {
    TestCertificates.Served served = TestCertificates.served("console.test");
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = served.context();
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"deployments\":[]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    Path pem = Files.writeString(temp.resolve("ca.pem"), served.authority());
    try (TestProxy proxy = new TestProxy("me:pass", server.getAddress().getPort())) {
      Vast.Builder builder =
          builder("https://console.test")
              .proxy("127.0.0.1", proxy.port(), "me", Secret.literal("pass"));
      try (Vast vast = builder.trust(pem).build()) {
        assertThat(vast.deployments().list()).isEmpty();
        assertThat(proxy.requests()).containsExactly("CONNECT console.test:443 HTTP/1.1");
      }
      try (Vast vast =
          builder("https://console.test")
              .proxy("127.0.0.1", proxy.port(), "me", Secret.literal("pass"))
              .build()) {
        assertThatThrownBy(() -> vast.deployments().list()).isInstanceOf(VastException.class);
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void refusesWhatIsNoNetwork() throws Exception {
    Path empty = Files.writeString(temp.resolve("empty.pem"), "nothing");
    Vast.Builder builder = Vast.builder();
    assertInvalid(() -> builder.proxy("http://proxy", 3128), "Vast.builder().proxy");
    assertInvalid(() -> builder.proxy("proxy", 0), "Vast.builder().proxy");
    assertInvalid(() -> builder.trust(empty), "Vast.builder().trust");
    assertInvalid(() -> builder.trust(temp.resolve("none")), "Vast.builder().trust");
    assertInvalid(() -> builder.connectTimeout(Duration.ZERO), "Vast.builder().connectTimeout");
    assertInvalid(() -> builder.readTimeout(Duration.ofDays(99)), "Vast.builder().readTimeout");
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String location) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InvalidDeploymentException.class, e -> assertThat(e.location()).isEqualTo(location));
  }
}
