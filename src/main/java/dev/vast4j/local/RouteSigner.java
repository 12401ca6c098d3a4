package dev.vast4j.local;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * Signs worker URLs with the engine's RSA key. Generates the key in the background while the engine
 * starts, and signs each URL once, since its signature never changes. Thread-safe.
 */
final class RouteSigner {
  private static final int KEPT = 10_000;

  private final CompletableFuture<KeyPair> keys;
  private final ConcurrentMap<String, String> signatures = new ConcurrentHashMap<>();

  RouteSigner(Executor executor) {
    this.keys = CompletableFuture.supplyAsync(RouteSigner::generate, executor);
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no RSA", e);
    }
  }

  /** {@return the public key in PEM, once it exists} */
  CompletableFuture<String> publicKeyPem() {
    return keys.thenApply(
        pair ->
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
  }

  /** Signs a worker URL. Waits until the key exists, which a ready worker already has. */
  String sign(String workerUrl) {
    String known = signatures.get(workerUrl);
    if (known != null) {
      return known;
    }
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.join().getPrivate());
      signature.update(signedText(workerUrl).getBytes(StandardCharsets.UTF_8));
      String signed = Base64.getEncoder().encodeToString(signature.sign());
      if (signatures.size() >= KEPT) {
        signatures.clear(); // most belong to removed workers
      }
      signatures.put(workerUrl, signed);
      return signed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not sign a route", e);
    }
  }

  private static String signedText(String workerUrl) {
    return "{\n    \"url\": \""
        + new String(JsonStringEncoder.getInstance().quoteAsString(workerUrl))
        + "\"\n}";
  }
}
