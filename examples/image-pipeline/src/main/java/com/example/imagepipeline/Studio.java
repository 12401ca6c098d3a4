package com.example.imagepipeline;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/**
 * Steps of an image pipeline. Each takes and returns the bytes of a PNG file, so callers can chain
 * them freely.
 */
public interface Studio {
  /** Paints the Mandelbrot set around a point; {@code width} is the visible part of the plane. */
  @Remote
  @Benchmark(dataset = "{\"re\": -0.7436, \"im\": 0.1318, \"width\": 0.01, \"pixels\": 256}")
  CompletableFuture<byte[]> paint(double re, double im, double width, int pixels);

  /** Draws a picture's outlines over the picture. A strength of 0 changes nothing. */
  @Remote
  CompletableFuture<byte[]> ink(byte[] png, float strength);

  /** Enlarges a picture. */
  @Remote
  CompletableFuture<byte[]> upscale(byte[] png, int factor);
}
