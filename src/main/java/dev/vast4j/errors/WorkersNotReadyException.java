package dev.vast4j.errors;

/** Not enough workers became ready in time. */
public final class WorkersNotReadyException extends VastException {
  private static final long serialVersionUID = 1L;

  private final int wanted;
  private final int ready;
  private final String states;

  /**
   * Creates the exception.
   *
   * @param wanted how many ready workers were waited for
   * @param ready how many were ready
   * @param states the workers by state, such as {@code 2 loading, 1 error}
   */
  public WorkersNotReadyException(int wanted, int ready, String states) {
    super(
        ready
            + " of "
            + wanted
            + " workers ready"
            + (states.isEmpty() ? "" : " (" + states + ")")
            + (states.contains("error") ? "; Deployment.logs() tells why" : ""),
        null);
    this.wanted = wanted;
    this.ready = ready;
    this.states = states;
  }

  /** {@return how many ready workers were waited for} */
  public int wanted() {
    return wanted;
  }

  /** {@return how many were ready} */
  public int ready() {
    return ready;
  }

  /**
   * The workers by state, such as {@code 2 loading, 1 error}.
   *
   * @return the workers by state, such as {@code 2 loading, 1 error}
   */
  public String states() {
    return states;
  }
}
