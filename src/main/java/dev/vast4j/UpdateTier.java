package dev.vast4j;

/** How much a deploy disturbs what runs. The service picks the smallest that will do. */
public enum UpdateTier {
  /** Nothing differs: nothing is uploaded, nothing happens. */
  NONE(0, "unchanged"),
  /** Only scaling values or the time to live differ: they are set, no worker is touched. */
  AUTOSCALING(1, "changed scaling"),
  /**
   * Code, scripts or packages differ: the bundle is uploaded and workers are updated one after the
   * other, each when it has no call in work, so that calls keep being answered.
   */
  SOFT(2, "updated code (soft update)"),
  /**
   * The image, disk space, ports, Python environment, environment variables (not of Python
   * sources), search filters or registry log-in differ: workers are set up anew.
   */
  HARD(3, "updated image or environment (hard update)"),
  /** A new name or tag: a new endpoint, with workers recruited from scratch. */
  NEW(4, "created a new endpoint");

  private final int level;
  private final String description;

  UpdateTier(int level, String description) {
    this.level = level;
    this.description = description;
  }

  /**
   * The tier's number in the service's documentation.
   *
   * @return 0 to 4
   */
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
