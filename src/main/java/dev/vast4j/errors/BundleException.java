package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The bundle could not be planned or written: a file is missing, changed while it was read, or is
 * in a place where it must not be.
 */
public final class BundleException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  /**
   * Creates the exception.
   *
   * @param path the file or folder concerned
   * @param problem the problem
   * @param cause the cause, or null
   */
  public BundleException(String path, String problem, @Nullable Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
    this.problem = problem;
  }

  /** {@return the file or folder concerned} */
  public String path() {
    return path;
  }

  /** {@return the problem} */
  public String problem() {
    return problem;
  }
}
