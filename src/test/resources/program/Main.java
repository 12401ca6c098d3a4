package com.acme.square;

import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;

public final class Main {
  public static void main(String[] arguments) {
    try (Vast vast = Vast.local();
        Deployment app =
            Deployment.builder("square")
                .vast(vast)
                .remote(Square.class)
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .build()) {
      app.ensureReady();
      System.out.println("here " + app.local(Square.class).square(4).join());
      System.out.println("there " + app.remote(Square.class).square(5).join());
      System.out.println("module " + Deployment.class.getModule().getName());
    }
  }
}
