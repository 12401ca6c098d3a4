package dev.vast4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyVariablesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.test/x        | http://secure:1",
        "http://a.test           | http://plain:3128",
        "https://localhost:8     | ",
        "https://127.0.0.9       | ",
        "https://[::1]:8         | ",
        "https://x.corp.test     | ",
        "https://corp.test       | ",
        "https://notcorp.test    | http://secure:1",
        "https://b.test:8443     | ",
        "https://b.test          | http://secure:1",
        "https://10.1.2.3:4000   | ",
        "https://11.1.2.3:4000   | http://secure:1",
      })
  void choosesByUrl(String url, String expected) {
    ProxyVariables variables =
        new ProxyVariables(
            Map.of(
                    "HTTPS_PROXY", "http://secure:1",
                    "http_proxy", "plain",
                    "HTTP_PROXY", "http://not-this:1",
                    "NO_PROXY", ".corp.test, b.test:8443,10.0.0.0/8")
                ::get);
    ProxyVariables.Found found = variables.find(URI.create(url));
    assertThat(found == null ? null : found.toString()).isEqualTo(expected);
  }

  @Test
  void readsLogInAndScheme() {
    ProxyVariables.Found found = of("http://me:p%40ss+1@proxy.test:8080");
    assertThat(found.user()).isEqualTo("me");
    assertThat(found.password()).isEqualTo("p@ss+1");
    assertThat(found).hasToString("http://proxy.test:8080");
    assertThat(of("socks5://proxy.test")).hasToString("socks://proxy.test:1080");
    assertThat(of("http://[bad")).isNull();
    assertThat(of(" ")).isNull();
  }

  private static ProxyVariables.Found of(String value) {
    return new ProxyVariables(Map.of("all_proxy", value)::get).find(URI.create("https://a.test"));
  }
}
