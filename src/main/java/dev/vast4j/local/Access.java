package dev.vast4j.local;

import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.Keys;
import dev.vast4j.local.fleet.ServiceError;
import org.jspecify.annotations.Nullable;

/**
 * Checks keys: the account's key may do everything, an endpoint's key what concerns the endpoint.
 */
final class Access {
  private final String accountKey;

  Access(String accountKey) {
    this.accountKey = accountKey;
  }

  boolean isAccount(@Nullable String key) {
    return Keys.same(accountKey, key);
  }

  void requireAccount(@Nullable String key) {
    if (!isAccount(key)) {
      throw refused();
    }
  }

  void requireAccountOrEndpoint(@Nullable String key, Fleet fleet) {
    if (!isAccount(key) && !Keys.same(fleet.endpoint().apiKey(), key)) {
      throw refused();
    }
  }

  static ServiceError refused() {
    return ServiceError.unauthorized("Invalid user key");
  }
}
