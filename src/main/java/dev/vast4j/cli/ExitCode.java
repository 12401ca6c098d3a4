package dev.vast4j.cli;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.UpdateFailedException;
import dev.vast4j.errors.WorkersNotReadyException;
import java.util.Set;

/** The exit codes of the commands. */
enum ExitCode {
  DONE(0),
  FAILED(1),
  USAGE(2),
  NOT_FOUND(3),
  NO_ACCESS(4),
  INVALID(5),
  NOT_READY(6),
  CHANGES(10);

  /** How the library names the key in its failures. */
  private static final String KEY = "the API key";

  /** The service's codes for a key that it refuses, whatever the HTTP status. */
  private static final Set<String> DENIALS = Set.of("auth_error", "not_authorized");

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static ExitCode of(Throwable failure) {
    if (failure instanceof WrongUsage) {
      return USAGE;
    }
    if (failure instanceof NotDeployedException || failure instanceof NotFound) {
      return NOT_FOUND;
    }
    if (failure instanceof MissingApiKeyException) {
      return NO_ACCESS;
    }
    if (failure instanceof InvalidDeploymentException invalid && isBadKey(invalid)) {
      return NO_ACCESS;
    }
    if (failure instanceof InvalidDeploymentException || failure instanceof BundleException) {
      return INVALID;
    }
    if (failure instanceof WorkersNotReadyException || failure instanceof UpdateFailedException) {
      return NOT_READY;
    }
    if (failure instanceof ApiException api) {
      if (api.code() != null && DENIALS.contains(api.code())) {
        return NO_ACCESS;
      }
      return switch (api.status()) {
        case 401, 403 -> NO_ACCESS;
        // Without a code of the service's, another server has answered.
        case 404 -> api.code() == null ? FAILED : NOT_FOUND;
        default -> FAILED;
      };
    }
    return FAILED;
  }

  /** {@return whether an API key is malformed, so that nothing was sent} */
  static boolean isBadKey(InvalidDeploymentException failure) {
    return KEY.equals(failure.location());
  }
}
