package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * A deployment, image, query or annotation that cannot work, found before anything was sent. Says
 * where, what was found there, and how to mend it.
 */
public final class InvalidDeploymentException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String found;
  private final String mend;

  /**
   * Creates the exception.
   *
   * @param place the place: class, method, parameter or setting
   * @param found what was found there
   * @param mend how to mend it
   * @param cause what led to it, or null
   */
  public InvalidDeploymentException(
      String place, String found, String mend, @Nullable Throwable cause) {
    super(place + ": " + found + ". " + mend, cause);
    this.place = place;
    this.found = found;
    this.mend = mend;
  }

  /**
   * The place: class, method, parameter or setting.
   *
   * @return the place: class, method, parameter or setting
   */
  public String place() {
    return place;
  }

  /**
   * What was found there.
   *
   * @return what was found there
   */
  public String found() {
    return found;
  }

  /**
   * How to mend it.
   *
   * @return how to mend it
   */
  public String mend() {
    return mend;
  }
}
