package dev.vast4j.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Sets up TLS with an instance's PEM files. */
final class Tls {
  private Tls() {}

  /**
   * Reads the server's certificate chain and key.
   *
   * @throws IOException if a file cannot be read or is invalid; the message never shows any of the
   *     key
   */
  static SSLContext serverContext(Path certificateFile, Path keyFile) throws IOException {
    List<X509Certificate> chain;
    PrivateKey key;
    try {
      chain = Pem.certificates(Files.readString(certificateFile, StandardCharsets.ISO_8859_1));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "Failed to get SSL Certificate: " + certificateFile + ": " + Causes.describe(e), e);
    }
    try {
      key = Pem.privateKey(Files.readString(keyFile, StandardCharsets.ISO_8859_1));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "Failed to get SSL Certificate: " + keyFile + ": " + Causes.describe(e), e);
    }
    try {
      // The key store stays in memory but needs a password all the same.
      char[] password = {};
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("worker", key, password, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "Failed to get SSL Certificate: the key does not match the certificate", e);
    }
  }
}
