package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The embedded engine could not start or could not run a worker. */
public final class LocalEngineException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String found;

  /**
   * Creates the exception.
   *
   * @param found what went wrong
   * @param cause what led to it, or null
   */
  public LocalEngineException(String found, @Nullable Throwable cause) {
    super(found, cause);
    this.found = found;
  }

  /**
   * What went wrong.
   *
   * @return what went wrong
   */
  public String found() {
    return found;
  }
}
