package dev.vast4j.errors;

import java.util.List;

/** No API key was given and none was found in the environment or in a key file. */
public final class MissingApiKeyException extends VastException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> searched;

  /**
   * Creates the exception.
   *
   * @param searched the places that were searched, in order
   */
  public MissingApiKeyException(List<String> searched) {
    super(
        "no Vast API key: searched "
            + String.join(", ", searched)
            + ". Give Vast.builder().apiKey(...) or set VAST_API_KEY; VAST_URL=local needs none.",
        null);
    this.searched = List.copyOf(searched);
  }

  /** {@return the places that were searched, in order} */
  public List<String> searched() {
    return searched;
  }
}
