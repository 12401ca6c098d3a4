package dev.vast4j;

/** How much a deploy disturbs running workers. The service picks the smallest tier that works. */
public enum UpdateTier {
  /** Nothing differs. Uploads nothing, changes nothing. */
  NONE(0, "unchanged"),
  /** Only scaling values or the time to live differ. Sets them, touches no worker. */
  AUTOSCALING(1, "changed scaling"),
  /**
   * Code, scripts or packages differ. Uploads the bundle and updates workers one after the other,
   * each when it has no call in work, so that calls keep being answered.
   */
  SOFT(2, "updated code (soft update)"),
  /**
   * The image, disk space, ports, Python environment, environment variables (for Java sources),
   * search filters or registry log-in differ. Sets the workers up anew.
   */
  HARD(3, "updated image or environment (hard update)"),
  /** The name or deployment tag is new. Creates an endpoint and recruits its workers. */
  NEW(4, "created a new endpoint");

  private final int level;
  private final String description;

  UpdateTier(int level, String description) {
    this.level = level;
    this.description = description;
  }

  /** {@return the tier's number in the service's documentation, 0 to 4} */
  public int level() {
    return level;
  }

  /**
   * Describes the tier in words, for output to people.
   *
   * @return such as {@code created a new endpoint}
   */
  public String description() {
    return description;
  }
}
