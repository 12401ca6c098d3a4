package dev.vast4j.internal.call;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.api.Connection;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failures that no retry mends. */
@Timeout(30)
class FailFastTest {
  /** Has a certificate that nobody trusts. */
  @RegisterExtension
  static final WireMockExtension SECURE =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().dynamicHttpsPort())
          .build();

  private static String secureUrl() {
    return "https://localhost:" + SECURE.getHttpsPort();
  }

  private static Connection connection(String url) {
    return Connection.builder(() -> "key")
        .webUrl(URI.create(url))
        .engineUrl(URI.create(url))
        .cacheFolder(Path.of("target", "test-cache"))
        .timing(new FakeTiming())
        .build();
  }

  private static ServiceUnreachableException unreachable(Connection connection) {
    return catchThrowableOfType(
        ServiceUnreachableException.class, () -> connection.web().deployments());
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "shows a certificate that is not trusted",
      of = "any request",
      outcome = "`ServiceUnreachableException` that says so, at once")
  void untrustedCertificateOfAService() {
    try (Connection connection = connection(secureUrl())) {
      assertThat(unreachable(connection))
          .hasMessageContaining("no answer after 1 attempt: its certificate is not trusted");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "shows a certificate that is not trusted",
      outcome = "`WorkerLostException` that says so, at once")
  void untrustedCertificateOfAWorker() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      vast.router = request -> FakeVast.routeTo(secureUrl());
      WorkerLostException lost =
          catchThrowableOfType(
              WorkerLostException.class, () -> vast.remote(Sums.class).squareNow(5));
      assertThat(lost).hasMessageContaining("its certificate is not trusted");
      assertThat(lost.attempts()).isEqualTo(1);
      assertThat(lost.maybeExecuted()).isFalse();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "a proxy in between refuses the log-in",
      of = "any request",
      outcome = "`ServiceUnreachableException` that says so, at once")
  void refusedProxyLogIn() {
    ProxySelector before = ProxySelector.getDefault();
    try (ScriptedServer proxy =
        new ScriptedServer(
            request ->
                connection -> {
                  connection.head(
                      407, "Proxy-Authenticate: Basic realm=\"p\"", "Content-Length: 0");
                  return false;
                })) {
      InetSocketAddress address =
          new InetSocketAddress("127.0.0.1", URI.create(proxy.url()).getPort());
      ProxySelector.setDefault(
          new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
              return List.of(new Proxy(Proxy.Type.HTTP, address));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress to, IOException e) {}
          });
      for (String url : List.of("https://vast.invalid", "http://vast.invalid")) {
        try (Connection connection = connection(url)) {
          assertThat(unreachable(connection))
              .hasMessageContaining("no answer after 1 attempt: the proxy refused the log-in");
        }
      }
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "refuses the first connection, on this machine",
      outcome = "`ServiceUnreachableException` at once: is the local engine running?")
  void noEngineOnThisMachine() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{\"result\":{\"ok\":25}}"))) {
      try (Connection other =
          Connection.builder(() -> "key")
              .webUrl(URI.create(vast.service.url()))
              .engineUrl(URI.create("http://localhost:" + Answers.closedPort()))
              .cacheFolder(Path.of("target", "test-cache"))
              .timing(new FakeTiming())
              .build()) {
        assertThatThrownBy(() -> other.engine().workers(7))
            .isInstanceOf(ServiceUnreachableException.class)
            .hasMessageContaining("is the local engine running?");
      }
      assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
      vast.service.close();
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .as("it may be restarting")
          .isInstanceOf(ServiceUnreachableException.class)
          .hasMessageNotContaining("is the local engine running?");
    }
  }

  @Test
  void workersOnThisMachineComeAndGo() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{\"result\":{\"ok\":25}}"))) {
      java.util.concurrent.atomic.AtomicInteger asked =
          new java.util.concurrent.atomic.AtomicInteger();
      String gone = "http://127.0.0.1:" + Answers.closedPort();
      vast.router = request -> asked.getAndIncrement() < 3 ? FakeVast.routeTo(gone) : vast.ready();
      assertThat(vast.remote(Sums.class, FakeVast.attempts(2)).squareNow(5)).isEqualTo(25);
    }
  }
}
