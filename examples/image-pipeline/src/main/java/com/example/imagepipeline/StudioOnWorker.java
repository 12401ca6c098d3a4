package com.example.imagepipeline;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** The bodies of {@link Studio}. They run on the worker; callers need only the interface. */
public final class StudioOnWorker implements Studio {
  private static final int MOST_ITERATIONS = 1000;
  private static final int MOST_PIXELS = 8192;

  @Override
  public CompletableFuture<byte[]> paint(double re, double im, double width, int pixels) {
    BufferedImage image = blank(pixels, pixels);
    double step = width / pixels;
    IntStream.range(0, pixels)
        .parallel()
        .forEach(
            y -> {
              int[] row = new int[pixels];
              for (int x = 0; x < pixels; x++) {
                row[x] =
                    colour(re + (x - pixels / 2.0) * step, im + (y - pixels / 2.0) * step).getRGB();
              }
              image.setRGB(0, y, pixels, 1, row, 0, pixels);
            });
    return completedFuture(png(image));
  }

  @Override
  public CompletableFuture<byte[]> ink(byte[] png, float strength) {
    BufferedImage image = image(png);
    float around = -strength;
    Kernel kernel =
        new Kernel(
            3,
            3,
            new float[] {
              around, around, around, around, 1 + 8 * strength, around, around, around, around
            });
    BufferedImage inked = blank(image.getWidth(), image.getHeight());
    new ConvolveOp(kernel, ConvolveOp.EDGE_NO_OP, null).filter(image, inked);
    return completedFuture(png(inked));
  }

  @Override
  public CompletableFuture<byte[]> upscale(byte[] png, int factor) {
    BufferedImage image = image(png);
    return completedFuture(
        png(drawn(image, image.getWidth() * factor, image.getHeight() * factor)));
  }

  /** Creates an empty picture. The exception reaches the caller with its message. */
  private static BufferedImage blank(int width, int height) {
    if (width < 1 || width > MOST_PIXELS || height < 1 || height > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "a picture of %d × %d pixels: each side must be 1 to %d"
              .formatted(width, height, MOST_PIXELS));
    }
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  private static Color colour(double re, double im) {
    double x = 0;
    double y = 0;
    for (int i = 0; i < MOST_ITERATIONS; i++) {
      double next = x * x - y * y + re;
      y = 2 * x * y + im;
      x = next;
      if (x * x + y * y > 4) {
        return Color.getHSBColor((float) Math.sqrt(i / (double) MOST_ITERATIONS), 0.7f, 1f);
      }
    }
    return Color.BLACK;
  }

  /** Reads a picture into the pixel format that all steps use. */
  private static BufferedImage image(byte[] png) {
    BufferedImage read;
    try {
      read = ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (read == null) {
      throw new IllegalArgumentException("these " + png.length + " bytes are not a picture");
    }
    return drawn(read, read.getWidth(), read.getHeight());
  }

  private static BufferedImage drawn(BufferedImage image, int width, int height) {
    BufferedImage drawn = blank(width, height);
    Graphics2D graphics = drawn.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.drawImage(image, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return drawn;
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
