package com.example.sessions;

import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.Vast;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Plays two games of life, each on a field that stays on a worker between calls. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("sessions")
                .vast(vast)
                .remote(Life.class)
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .progress(ProgressListener.console())
                .build();
        Callbacks callbacks = Callbacks.listen()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30));

      // A worker in the cloud cannot reach this machine.
      SessionOptions options = SessionOptions.lasting(Duration.ofMinutes(1));
      SessionOptions announced =
          vast.isLocal() ? options.onClose(callbacks.url(), Map.of("game", "glider")) : options;

      try (Session gliderSession = app.openSession(announced);
          Session pentominoSession = app.openSession(options)) {
        Life glider = gliderSession.remote(Life.class);
        Life pentomino = pentominoSession.remote(Life.class);

        glider.draw(100, 100, ".O.", "..O", "OOO");
        pentomino.draw(512, 512, ".OO", "OO.", ".O.");

        glider.advance(40);
        System.out.printf(
            "the glider, 40 generations later and 10 cells further:%n%s",
            glider.view(110, 110, 3, 3));
        System.out.printf(
            "the pentomino has grown to %d cells in 1,103 generations%n", pentomino.advance(1103));
      }
    }
  }
}
