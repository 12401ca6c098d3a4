package dev.vast4j.e2e;

import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;

/** Deploys to an engine of its own, says where everything is, and waits to be killed. */
public final class ProgramForKilling {
  private ProgramForKilling() {}

  /** Prints {@code <engine's port> <worker's pid>} when a worker has answered. */
  public static void main(String[] args) throws Exception {
    try (Vast vast = Vast.local();
        Deployment app =
            Deployment.builder("doomed")
                .vast(vast)
                .remote(Square.class)
                .image(Image.of("image", 1))
                .build()) {
      app.ensureReady();
      System.out.println(vast.webUrl().getPort() + " " + app.remote(Square.class).processId());
      System.in.read();
    }
  }
}
