package dev.vast4j.worker;

import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;

/** Fetches the public key for the engine's signatures. */
final class PublicKeyFetch {
  private static final int TRIES = 5;
  private static final Duration LATER = Duration.ofSeconds(10);

  private final List<String> addresses;
  private final EngineHttp http;
  private final OwnEngines engines;
  private final Sleeper sleeper;
  private final ConsoleLog log;

  /** Waits between tries. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  PublicKeyFetch(
      List<String> addresses,
      EngineHttp http,
      OwnEngines engines,
      Sleeper sleeper,
      ConsoleLog log) {
    this.addresses = List.copyOf(addresses);
    this.http = http;
    this.engines = engines;
    this.sleeper = sleeper;
    this.log = log;
  }

  /**
   * Blocks until the key is there. Tries five times with growing pauses, then every ten seconds.
   *
   * @param onFailure runs once, after the fifth try
   */
  RSAPublicKey await(Runnable onFailure) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      for (String address : addresses) {
        try {
          EngineHttp.Answer answer = http.getText(address + "/pubkey/");
          engines.answered(address, answer);
          return Pem.publicKey(answer.text());
        } catch (IOException | GeneralSecurityException e) {
          log.warn(
              "cannot fetch the engine's public key from "
                  + address
                  + ", try "
                  + attempt
                  + ": "
                  + Causes.describe(e));
        }
      }
      if (attempt == TRIES) {
        onFailure.run();
      }
      sleeper.sleep(attempt < TRIES ? Duration.ofSeconds(1L << (attempt - 1)) : LATER);
    }
  }
}
