package dev.vast4j.internal.http;

import static dev.vast4j.internal.http.TestCertificates.DIGITAL_SIGNATURE;
import static dev.vast4j.internal.http.TestCertificates.KEY_CERT_SIGN;
import static dev.vast4j.internal.http.TestCertificates.address;
import static dev.vast4j.internal.http.TestCertificates.authority;
import static dev.vast4j.internal.http.TestCertificates.clientsOnly;
import static dev.vast4j.internal.http.TestCertificates.make;
import static dev.vast4j.internal.http.TestCertificates.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.docs.Proves;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.TestCertificates.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkerTrustTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static Held root;
  private static Held other;
  private static Held middle;
  private static Map<String, Held> workers;

  @TempDir Path cache;

  private final FakeTiming timing = new FakeTiming();
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicReference<String> served = new AtomicReference<>();
  private Transport transport;

  @BeforeAll
  static void makeCertificates() throws Exception {
    Instant later = Instant.now().plus(Duration.ofDays(300));
    // Like Vast's CA: a path length, but no right to sign certificates.
    root = make("Test CA", null, later, authority(1), usage(DIGITAL_SIGNATURE));
    other = make("Other CA", null, later, authority(1), usage(KEY_CERT_SIGN));
    byte[] loopback = address(127, 0, 0, 1);
    middle = make("Middle CA", root, later, authority(0), usage(KEY_CERT_SIGN));
    workers =
        Map.of(
            "good", make("worker", root, later, loopback),
            "through", make("worker", middle, later, loopback),
            "elsewhere", make("worker", root, later, address(10, 9, 8, 7)),
            "foreign", make("worker", other, later, loopback),
            "forged", make("worker", make("Test CA", null, later, authority(1)), later, loopback),
            "client", make("worker", root, later, loopback, clientsOnly()),
            "expired", make("worker", root, Instant.now().minusSeconds(86_400), loopback));
  }

  private static ScriptedServer listen(String name) throws Exception {
    Held worker = workers.get(name);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain =
        name.equals("through")
            ? new Certificate[] {worker.certificate(), middle.certificate()}
            : new Certificate[] {worker.certificate()};
    store.setKeyEntry("worker", worker.key(), PASSWORD, chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new ScriptedServer(request -> Reply.json("{}"), context.getServerSocketFactory(), true);
  }

  private Transport transport() {
    if (transport == null) {
      RootCertificate root =
          new RootCertificate(
              () -> {
                fetches.incrementAndGet();
                String pem = served.get();
                if (pem == null) {
                  throw new IllegalStateException("service is down");
                }
                return pem;
              },
              cache.resolve("deep").resolve("ca.pem"),
              timing::now);
      transport = new Transport(timing, 4, Duration.ofSeconds(30), new WorkerTrust(root));
    }
    return transport;
  }

  @AfterEach
  void close() {
    if (transport != null) {
      transport.close();
    }
  }

  /** Writes a copy that only its owner can access, whatever the umask. */
  private Path keep(String pem) throws IOException {
    Path copy = cache.resolve("deep").resolve("ca.pem");
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, pem);
    if (copy.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(copy.getParent(), PosixFilePermissions.fromString("rwx------"));
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    }
    return copy;
  }

  private int call(ScriptedServer server) throws IOException {
    Request request = new Request.Builder().url(server.url() + "/").build();
    try (Response response = transport().workerOnce().newCall(request).execute()) {
      return response.code();
    }
  }

  @Test
  void trustsWorkersSignedByVastsRoot() throws Exception {
    served.set(root.pem());
    try (ScriptedServer server = listen("good")) {
      transport();
      assertThat(fetches).as("fetched only when needed").hasValue(0);
      assertThat(call(server)).isEqualTo(200);
      assertThat(call(server)).isEqualTo(200);
      assertThat(fetches).hasValue(1);
    }
  }

  @Test
  void followsIntermediateCertificates() throws Exception {
    served.set(root.pem());
    callAnew("through");
  }

  @Test
  @Proves(at = Proves.At.TLS, fault = "for another host", outcome = "refused")
  void verifiesHostNames() throws Exception {
    served.set(root.pem());
    try (ScriptedServer server = listen("elsewhere")) {
      assertThatThrownBy(() -> call(server)).isInstanceOf(SSLPeerUnverifiedException.class);
    }
  }

  @Test
  @Proves(
      at = Proves.At.TLS,
      fault = "from another CA, forged, expired, or for clients only",
      outcome = "refused")
  void rejectsOtherCertificates() throws Exception {
    served.set(root.pem());
    for (String name : List.of("foreign", "forged", "client", "expired")) {
      try (ScriptedServer server = listen(name)) {
        assertThatThrownBy(() -> call(server))
            .as(name)
            .isInstanceOf(SSLException.class)
            .hasRootCauseInstanceOf(Exception.class)
            .satisfies(e -> assertThat(causes(e)).anyMatch(CertificateException.class::isInstance));
      }
    }
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      all.add(at);
    }
    return all;
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "does not return the CA's certificate",
      outcome = "uses the old copy")
  void usesTheCopyOnDiskForAWeek() throws Exception {
    Path copy = keep(root.pem());
    callAnew("good");
    assertThat(fetches).hasValue(0);

    timing.advance(Duration.ofDays(8));
    callAnew("good");
    assertThat(fetches).as("an old copy is better than none").hasValue(1);

    served.set(root.pem());
    callAnew("good");
    assertThat(fetches).as("no fetch right after a failed one").hasValue(1);
    timing.advance(Duration.ofMinutes(1));
    callAnew("good");
    assertThat(fetches).hasValue(2);
    callAnew("good");
    assertThat(fetches).hasValue(2);
  }

  /** Uses a new server each time, because a resumed TLS session checks no certificate. */
  private void callAnew(String name) throws Exception {
    try (ScriptedServer server = listen(name)) {
      assertThat(call(server)).isEqualTo(200);
    }
  }

  @Test
  void replacesACopyThatDoesNotMatch() throws Exception {
    Path copy = keep(other.pem());
    Files.setLastModifiedTime(copy, FileTime.from(timing.now().minus(Duration.ofHours(1))));
    served.set(root.pem());
    try (ScriptedServer server = listen("good")) {
      assertThat(call(server)).isEqualTo(200);
      assertThat(fetches).hasValue(1);
      assertThat(Files.readString(copy)).isEqualTo(root.pem());
    }
    try (ScriptedServer server = listen("foreign")) {
      assertThatThrownBy(() -> call(server)).isInstanceOf(SSLException.class);
      assertThat(fetches).as("a fresh copy is not fetched again").hasValue(1);
    }
  }

  @Test
  void ignoresAnInvalidCopyOnDisk() throws Exception {
    Path copy = keep("rubbish");
    served.set(root.pem());
    try (ScriptedServer server = listen("good")) {
      assertThat(call(server)).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep", "deep/ca.pem"})
  @DisabledOnOs(OS.WINDOWS)
  @Proves(
      at = Proves.At.CLIENT,
      fault = "finds a planted CA in its cache",
      outcome = "ignored; fetched again")
  void replacesACopyThatOthersMayWrite(String opened) throws Exception {
    Path copy = keep(other.pem());
    Files.setPosixFilePermissions(
        cache.resolve(opened), PosixFilePermissions.fromString("rwxrwxrwx"));
    served.set(root.pem());
    try (ScriptedServer server = listen("foreign")) {
      assertThatThrownBy(() -> call(server)).isInstanceOf(SSLException.class);
    }
    assertThat(copy).hasContent(root.pem());
    for (Path mine : List.of(copy, copy.getParent())) {
      assertThat(Files.getPosixFilePermissions(mine))
          .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void replacesALinkInTheCache() throws Exception {
    Path copy = cache.resolve("deep").resolve("ca.pem");
    Files.createDirectories(copy.getParent());
    Path victim = Files.writeString(cache.resolve("victim"), "mine");
    Files.createSymbolicLink(copy, victim);
    served.set(root.pem());
    try (ScriptedServer server = listen("good")) {
      assertThat(call(server)).isEqualTo(200);
    }
    assertThat(victim).hasContent("mine");
    assertThat(copy).isRegularFile().hasContent(root.pem());
    assertThat(Files.isSymbolicLink(copy)).isFalse();
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "does not return the CA's certificate, and there is no copy",
      outcome = "refused")
  void rejectsAllWorkersWithoutTheRoot() throws Exception {
    try (ScriptedServer server = listen("good")) {
      assertThatThrownBy(() -> call(server)).isInstanceOf(SSLException.class);
    }
    timing.advance(Duration.ofMinutes(1));
    served.set("<html>down for maintenance</html>");
    try (ScriptedServer server = listen("good")) {
      assertThatThrownBy(() -> call(server)).isInstanceOf(SSLException.class);
    }
  }
}
