package com.example.imagepipeline;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;

/** Paints a picture, inks it and enlarges it, each step on a worker. */
public final class Main {
  private Main() {}

  /**
   * Runs the example.
   *
   * @param args the folder for the pictures; by default one in the system's temporary folder
   */
  public static void main(String[] args) throws IOException {
    Path folder =
        args.length > 0
            ? Path.of(args[0])
            : Path.of(System.getProperty("java.io.tmpdir"), "image-pipeline");
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("image-pipeline")
                .vast(vast)
                .remote(Studio.class, StudioOnWorker.class)
                .image(
                    Image.of("vastai/base-image:@vastai-automatic-tag", 16)
                        .require(GPU_NAME.in(RTX_4090, RTX_5090))
                        // A worker has no screen.
                        .jvmArgs("-Djava.awt.headless=true"))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      Studio studio = app.remote(Studio.class);

      // Nothing blocks before the pictures are written: each step starts when the previous one
      // ends.
      CompletableFuture<byte[]> base = studio.paint(-0.7436, 0.1318, 0.01, 512);
      CompletableFuture<byte[]> inked = base.thenCompose(png -> studio.ink(png, 0.4f));
      CompletableFuture<byte[]> large = inked.thenCompose(png -> studio.upscale(png, 4));

      Map<String, CompletableFuture<byte[]>> pictures = new LinkedHashMap<>();
      pictures.put("01-base.png", base);
      pictures.put("02-inked.png", inked);
      pictures.put("03-large.png", large);
      Files.createDirectories(folder);
      for (Map.Entry<String, CompletableFuture<byte[]>> picture : pictures.entrySet()) {
        Path file = folder.resolve(picture.getKey());
        Files.write(file, picture.getValue().join());
        BufferedImage image = ImageIO.read(file.toFile());
        System.out.printf(
            "%s: %d × %d pixels, %d kB%n",
            file, image.getWidth(), image.getHeight(), Files.size(file) / 1000);
      }
    }
  }
}
