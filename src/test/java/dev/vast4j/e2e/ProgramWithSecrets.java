package dev.vast4j.e2e;

import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.errors.VastException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Deploys and calls with secrets everywhere they can be given, lets calls fail, and prints every
 * text form, failure and page that there is. The account's key is its first argument.
 */
public final class ProgramWithSecrets {
  static final String VARIABLE = "hf_variable-4711";
  static final String PASSWORD = "docker-password-0815";

  private ProgramWithSecrets() {}

  /** Prints {@code the answer is 49} when the call came through. */
  public static void main(String[] args) throws Exception {
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().apiKey(args[0]))) {
      Vast vast = engine.client();
      Image image =
          Image.of("image", 1)
              .env("HF_TOKEN", VARIABLE)
              .dockerLogin("me", PASSWORD, "registry.example");
      try (Deployment app =
          Deployment.builder("secretive").vast(vast).remote(Square.class).image(image).build()) {
        System.out.println(app.plan());
        app.ensureReady();
        Square square = app.remote(Square.class);
        System.out.println("the answer is " + square.square(7).join());
        show(
            () ->
                app.remote(Square.class, CallOptions.defaults().timeout(Duration.ofNanos(1)))
                    .processId());
        show(() -> vast.deployments().toString());
        show(() -> app.logs().toString());
        show(() -> app.versions().toString());
        for (Object each : new Object[] {vast, app, image, square, app.workers(), app.plan()}) {
          System.out.println(each);
        }
        System.out.println(engine.workerLogs());
        page(engine.url().resolve("/worker-log?id=" + engine.workerLogs().firstKey()), args[0]);
        page(engine.url().resolve("/api/v0/deployments/"), "wrong");
        page(engine.url().resolve("/"), "wrong");
        app.delete();
      }
      try (Vast stranger =
          Vast.builder()
              .apiKey(args[0] + "-wrong")
              .webUrl(engine.url().toString())
              .engineUrl(engine.url().toString())
              .build()) {
        show(() -> stranger.deployments().toString());
      }
      System.out.println(engine);
    }
  }

  private interface Step {
    Object run();
  }

  /** Prints a failure with all that a program could print of it. */
  private static void show(Step step) {
    try {
      System.out.println(step.run());
    } catch (VastException e) {
      System.out.println(e + " " + e.getMessage() + " " + e.getLocalizedMessage());
      e.printStackTrace();
    }
  }

  private static void page(URI url, String key) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(url).header("Authorization", "Bearer " + key).build(),
                HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.headers().map() + answer.body());
  }
}
