package dev.vast4j.errors;

import java.util.List;

/** The account has no endpoint of this name. */
public final class EndpointNotFoundException extends VastException {
  private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 20;

  private final String endpoint;

  @SuppressWarnings("serial") // an immutable list of strings
  private final List<String> existing;

  /**
   * Creates the exception.
   *
   * @param endpoint the name that was looked for
   * @param existing the names of the account's endpoints
   */
  public EndpointNotFoundException(String endpoint, List<String> existing) {
    super(
        "endpoint '"
            + endpoint
            + "': the account has no endpoint of this name. "
            + (existing.isEmpty()
                ? "It has none; create one with Vast.endpoints().create(...)"
                : "It has "
                    + String.join(", ", existing.subList(0, Math.min(MOST_SHOWN, existing.size())))
                    + (existing.size() > MOST_SHOWN ? ", …" : "")),
        null);
    this.endpoint = endpoint;
    this.existing = List.copyOf(existing);
  }

  /** {@return the name that was looked for} */
  public String endpoint() {
    return endpoint;
  }

  /** {@return the names of the account's endpoints} */
  public List<String> existing() {
    return existing;
  }
}
