package dev.vast4j.cli;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.e2e.Square;

/** What a team writes to deploy from a command line. */
public final class DescribedSquare {
  private DescribedSquare() {}

  public static Deployment.Builder deployment() {
    return Deployment.builder("described-square")
        .remote(Square.class)
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
        .autoscaling(Autoscaling.defaults().maxWorkers(1));
  }

  /** Several methods to choose from. */
  public static final class Several {
    private Several() {}

    public static Deployment.Builder one() {
      return deployment();
    }

    public static Deployment.Builder two() {
      throw new IllegalStateException("no second one");
    }
  }
}
