package dev.vast4j.internal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Writes X.509 certificates of any shape in DER, because Vast's own CA has an unusual one. */
public final class TestCertificates {
  static final String BASIC_CONSTRAINTS = "551d13";
  static final String KEY_USAGE = "551d0f";
  static final String EXTENDED_KEY_USAGE = "551d25";
  static final String ALTERNATIVE_NAME = "551d11";

  /** {@code BIT STRING} of the usages digitalSignature and keyCertSign. */
  static final byte[] DIGITAL_SIGNATURE = {3, 2, 7, (byte) 0x80};

  static final byte[] KEY_CERT_SIGN = {3, 2, 2, 4};

  private static final byte[] ECDSA_SHA256 = hex("300a06082a8648ce3d040302");

  private TestCertificates() {}

  /** A certificate and its private key. */
  record Held(X509Certificate certificate, PrivateKey key, String name) {
    String pem() throws GeneralSecurityException {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    }
  }

  /** One extension, as DER. */
  static byte[] extension(String oid, boolean critical, byte[] value) {
    return sequence(
        tagged(6, hex(oid)),
        critical ? new byte[] {1, 1, (byte) 0xff} : new byte[0],
        tagged(4, value));
  }

  static byte[] authority(int pathLength) {
    return extension(
        BASIC_CONSTRAINTS,
        true,
        sequence(new byte[] {1, 1, (byte) 0xff}, new byte[] {2, 1, (byte) pathLength}));
  }

  static byte[] usage(byte[] bits) {
    return extension(KEY_USAGE, true, bits);
  }

  static byte[] address(int a, int b, int c, int d) {
    byte[] ip = {(byte) a, (byte) b, (byte) c, (byte) d};
    return extension(ALTERNATIVE_NAME, false, sequence(tagged(0x87, ip)));
  }

  static byte[] clientsOnly() {
    return extension(EXTENDED_KEY_USAGE, false, sequence(tagged(6, hex("2b06010505070302"))));
  }

  /** Creates a certificate; without an issuer it is self-signed. */
  static Held make(String name, Held issuer, Instant until, byte[]... extensions)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    Instant from = until.minusSeconds(400L * 86_400);
    byte[] body =
        sequence(
            tagged(0xa0, new byte[] {2, 1, 2}),
            tagged(2, BigInteger.valueOf(System.nanoTime()).toByteArray()),
            ECDSA_SHA256,
            commonName(issuer == null ? name : issuer.name()),
            sequence(time(from), time(until)),
            commonName(name),
            keys.getPublic().getEncoded(),
            tagged(0xa3, sequence(extensions)));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(issuer == null ? keys.getPrivate() : issuer.key());
    signer.update(body);
    byte[] certificate =
        sequence(body, ECDSA_SHA256, tagged(3, concat(List.of(new byte[1], signer.sign()))));
    X509Certificate read =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate));
    return new Held(read, keys.getPrivate(), name);
  }

  /** A server's TLS, and its CA in PEM format. */
  public record Served(SSLContext context, String authority) {}

  /** Creates a server's certificate for a host name, from a CA of its own. */
  public static Served served(String host) throws GeneralSecurityException, IOException {
    Instant later = Instant.now().plusSeconds(300L * 86_400);
    Held root = make("Acme CA", null, later, authority(1), usage(KEY_CERT_SIGN));
    byte[] name = extension(ALTERNATIVE_NAME, false, sequence(tagged(0x82, host.getBytes(UTF_8))));
    Held server = make(host, root, later, name);
    char[] password = "changeit".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", server.key(), password, new Certificate[] {server.certificate()});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new Served(context, root.pem());
  }

  private static byte[] commonName(String name) {
    return sequence(
        tagged(0x31, sequence(tagged(6, hex("550403")), tagged(12, name.getBytes(UTF_8)))));
  }

  private static byte[] time(Instant time) {
    String text =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(time);
    return tagged(0x18, text.getBytes(US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concat(new ArrayList<>(List.of(parts))));
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else if (content.length < 256) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }
}
