package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RouteSignaturesTest {
  private static final KeyPair KEYS = keys();
  private static final KeyPair OTHERS = keys();

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sign(String text, PrivateKey key) throws Exception {
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(key);
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(signer.sign());
  }

  private static RouteSignatures secured() {
    RouteSignatures signatures = new RouteSignatures(false);
    signatures.key((RSAPublicKey) KEYS.getPublic());
    return signatures;
  }

  @Test
  void signsTheTextThatPythonWrites() {
    assertThat(RouteSignatures.signedText("https://10.0.0.1:3000"))
        .isEqualTo("{\n    \"url\": \"https://10.0.0.1:3000\"\n}");
    assertThat(RouteSignatures.signedText("a\"\\/\u00e9\ud83d\ude00\u007f\t\u0001"))
        .isEqualTo("{\n    \"url\": \"a\\\"\\\\/\\u00e9\\ud83d\\ude00\\u007f\\t\\u0001\"\n}");
  }

  @Test
  void acceptsTheEnginesSignatureRepeatedly() throws Exception {
    RouteSignatures signatures = secured();
    for (int i = 0; i < 200; i++) {
      String url = "https://10.0.0." + i + ":3000";
      String signature = sign(RouteSignatures.signedText(url), KEYS.getPrivate());
      assertThat(signatures.accept(url, signature)).isTrue();
      assertThat(signatures.accept(url, signature)).isTrue();
      assertThat(signatures.accept(url + "0", signature)).isFalse();
    }
  }

  @Test
  void refusesOtherSignatureOfKnownUrl() throws Exception {
    RouteSignatures signatures = secured();
    String url = "https://10.0.0.1:3000";
    String text = RouteSignatures.signedText(url);
    assertThat(signatures.accept(url, sign(text, KEYS.getPrivate()))).isTrue();
    assertThat(signatures.accept(url, sign(text, OTHERS.getPrivate()))).isFalse();
    assertThat(signatures.accept(url, sign(text, KEYS.getPrivate()))).isTrue();
  }

  @Test
  void refusesEverythingWithoutKey() throws Exception {
    String url = "https://10.0.0.1:3000";
    String signature = sign(RouteSignatures.signedText(url), KEYS.getPrivate());
    assertThat(new RouteSignatures(false).accept(url, signature)).isFalse();
    assertThat(new RouteSignatures(true).accept(url, "")).isTrue();
  }

  @Property(tries = 200)
  boolean refusesArbitrarySignatures(@ForAll String url, @ForAll String signature) {
    return !secured().accept(url, signature);
  }
}
