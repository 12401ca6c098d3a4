package dev.vast4j.worker;

import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;

/** Fetches the key that the engine signs routes with. */
final class PublicKeyFetch {
  private static final int TRIES = 5;
  private static final Duration LATER = Duration.ofSeconds(10);

  private final List<String> addresses;
  private final EngineHttp http;
  private final Sleeper sleeper;
  private final WorkerLog log;

  /** Waits; a test need not. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  PublicKeyFetch(List<String> addresses, EngineHttp http, Sleeper sleeper, WorkerLog log) {
    this.addresses = List.copyOf(addresses);
    this.http = http;
    this.sleeper = sleeper;
    this.log = log;
  }

  /**
   * Blocks until the key is there: tries five times, with growing pauses, then says so and goes on
   * trying now and then.
   *
   * @param failing called once when the first tries failed
   */
  RSAPublicKey await(Runnable failing) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      for (String address : addresses) {
        try {
          return Pem.publicKey(http.getText(address + "/pubkey/"));
        } catch (IOException | GeneralSecurityException e) {
          log.warn(
              "the engine's public key cannot be fetched from "
                  + address
                  + ", try "
                  + attempt
                  + ": "
                  + Failures.describe(e));
        }
      }
      if (attempt == TRIES) {
        failing.run();
      }
      sleeper.sleep(attempt < TRIES ? Duration.ofSeconds(1L << (attempt - 1)) : LATER);
    }
  }
}
