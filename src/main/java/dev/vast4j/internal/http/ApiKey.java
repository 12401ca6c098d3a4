package dev.vast4j.internal.http;

import dev.vast4j.errors.InvalidDeploymentException;

/** Checks API keys before they are sent: OkHttp's exception would quote a malformed one. */
public final class ApiKey {
  private static final String LOCATION = "the API key";

  private ApiKey() {}

  /**
   * Checks a key.
   *
   * @return the same key
   * @throws InvalidDeploymentException when a header cannot carry it
   */
  public static String sendable(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
        throw new InvalidDeploymentException(
            LOCATION,
            "character "
                + (i + 1)
                + " of "
                + key.length()
                + " cannot be sent (white space or not ASCII)",
            "Copy it again from https://cloud.vast.ai/manage-keys/",
            null);
      }
    }
    return key;
  }
}
