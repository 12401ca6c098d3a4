package dev.vast4j.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads keys and certificates in PEM. Next to the formats that the JDK reads (PKCS#8, X.509) it
 * reads RSA keys in the older PKCS#1 format, by putting the newer format's header before them.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** AlgorithmIdentifier of rsaEncryption with NULL parameters. */
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;

  private Pem() {}

  /**
   * Reads an RSA public key.
   *
   * @throws GeneralSecurityException if there is none in the text
   */
  static RSAPublicKey publicKey(String text) throws GeneralSecurityException {
    for (Block block : blocks(text)) {
      byte[] encoded =
          switch (block.label()) {
            case "PUBLIC KEY" -> block.der();
            case "RSA PUBLIC KEY" ->
                der(
                    SEQUENCE,
                    RSA_ALGORITHM,
                    // The leading 0 means that all bits of the last byte are used.
                    der(BIT_STRING, new byte[] {0}, block.der()));
            case "CERTIFICATE" -> certificate(block.der()).getPublicKey().getEncoded();
            default -> null;
          };
      if (encoded != null) {
        if (KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded))
            instanceof RSAPublicKey key) {
          return key;
        }
      }
    }
    throw new InvalidKeySpecException("no RSA public key in PEM");
  }

  /**
   * Reads an unencrypted private key: PKCS#8 of RSA or an elliptic curve, or PKCS#1.
   *
   * @throws GeneralSecurityException if there is none in the text; names what is there instead
   */
  static PrivateKey privateKey(String text) throws GeneralSecurityException {
    List<String> labels = new ArrayList<>();
    for (Block block : blocks(text)) {
      labels.add(block.label());
      if (block.label().equals("PRIVATE KEY")) {
        return pkcs8(block.der());
      }
      if (block.label().equals("RSA PRIVATE KEY")) {
        return KeyFactory.getInstance("RSA")
            .generatePrivate(
                new PKCS8EncodedKeySpec(
                    der(SEQUENCE, VERSION_0, RSA_ALGORITHM, der(OCTET_STRING, block.der()))));
      }
    }
    if (text.contains("ENCRYPTED")) {
      throw new InvalidKeySpecException("the private key is encrypted; it has to be plain PEM");
    }
    throw new InvalidKeySpecException(
        labels.isEmpty()
            ? "no private key in PEM"
            : "no private key in PEM (PKCS#8 or PKCS#1), but " + String.join(", ", labels));
  }

  /**
   * Reads a certificate chain, the server's own certificate first.
   *
   * @throws GeneralSecurityException if there is none in the text
   */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    List<X509Certificate> chain = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label().equals("CERTIFICATE")) {
        chain.add(certificate(block.der()));
      }
    }
    if (chain.isEmpty()) {
      throw new CertificateException("no certificate in PEM");
    }
    return List.copyOf(chain);
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException refused = null;
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        refused = e;
      }
    }
    throw new InvalidKeySpecException("the private key is neither RSA, EC nor EdDSA", refused);
  }

  private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private record Block(String label, String base64) {
    byte[] der() throws InvalidKeySpecException {
      try {
        return Base64.getMimeDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new InvalidKeySpecException("the PEM block is not Base64", e);
      }
    }
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >>> (8 * i));
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
