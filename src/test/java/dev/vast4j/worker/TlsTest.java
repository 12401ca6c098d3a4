package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;
  private static KeyStore store;

  /** Runs keytool, the JDK's only way to create a certificate. */
  @BeforeAll
  static void createCertificate() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "worker",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=worker",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getOutputStream().close();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    write("cert.pem", "CERTIFICATE", store.getCertificate("worker").getEncoded());
    write("pkcs8.pem", "PRIVATE KEY", store.getKey("worker", PASSWORD).getEncoded());
    write(
        "pkcs1.pem", "RSA PRIVATE KEY", pkcs1((RSAPrivateCrtKey) store.getKey("worker", PASSWORD)));
  }

  private static void write(String name, String label, byte[] der) throws IOException {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n");
  }

  /** RSAPrivateKey of RFC 8017. */
  private static byte[] pkcs1(RSAPrivateCrtKey key) {
    List<BigInteger> numbers =
        List.of(
            BigInteger.ZERO,
            key.getModulus(),
            key.getPublicExponent(),
            key.getPrivateExponent(),
            key.getPrimeP(),
            key.getPrimeQ(),
            key.getPrimeExponentP(),
            key.getPrimeExponentQ(),
            key.getCrtCoefficient());
    byte[] content = new byte[0];
    for (BigInteger number : numbers) {
      content = concat(content, tagged(0x02, number.toByteArray()));
    }
    return tagged(0x30, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    byte[] length =
        content.length < 128
            ? new byte[] {(byte) content.length}
            : new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
    return concat(concat(new byte[] {(byte) tag}, length), content);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static void serves(Path directory, String key) throws Exception {
    try (RecordingEngine engine = new RecordingEngine()) {
      Map<String, String> environment = TestWorker.environment(engine);
      environment.put("USE_SSL", "true");
      environment.put("VAST4J_TLS_CERTIFICATE", folder.resolve("cert.pem").toString());
      environment.put("VAST4J_TLS_KEY", folder.resolve(key).toString());
      try (TestWorker worker =
          TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment)) {
        String url = "https://127.0.0.1:" + worker.worker().port();
        engine.awaitStatus(status -> status.get("url").asText().equals(url));
        try (SSLSocket socket =
            (SSLSocket)
                trusting().getSocketFactory().createSocket("127.0.0.1", worker.worker().port())) {
          socket.setSoTimeout(20_000);
          for (int i = 0; i < 3; i++) {
            TestWorker.write(
                socket, "/remote/square", worker.body("{\"kwargs\": {\"x\": 5}}").toString());
            assertThat(TestWorker.readAnswer(socket)).endsWith("{\"result\":{\"ok\":25}}");
          }
          Sample.INTERRUPTED.drainPermits();
          Sample.STARTED.drainPermits();
          TestWorker.write(socket, "/remote/never", worker.body("{\"kwargs\": {}}").toString());
          assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static SSLContext trusting() throws Exception {
    Certificate certificate = store.getCertificate("worker");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("worker", certificate);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  @Test
  void servesWithPkcs8Key(@TempDir Path directory) throws Exception {
    serves(directory, "pkcs8.pem");
  }

  @Test
  void servesWithPkcs1Key(@TempDir Path directory) throws Exception {
    serves(directory, "pkcs1.pem");
  }

  @Test
  void explainsInvalidFiles() throws Exception {
    Path cert = folder.resolve("cert.pem");
    Path key = folder.resolve("pkcs8.pem");
    assertThatThrownBy(() -> Tls.serverContext(folder.resolve("none"), key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> Tls.serverContext(key, key)).hasMessageContaining("no certificate");
    assertThatThrownBy(() -> Tls.serverContext(cert, cert)).hasMessageContaining("CERTIFICATE");
    Path encrypted = folder.resolve("encrypted.pem");
    Files.writeString(
        encrypted,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----");
    assertThatThrownBy(() -> Tls.serverContext(cert, encrypted)).hasMessageContaining("encrypted");
  }

  @Test
  void keepsTheOrderOfChains() throws Exception {
    String one = Files.readString(folder.resolve("cert.pem"));
    List<X509Certificate> chain = Pem.certificates("text before\n" + one + "\n" + one);
    assertThat(chain).hasSize(2);
  }
}
