package com.example.imagepipeline;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/**
 * Steps of an image pipeline. Each takes and gives the bytes of a PNG file, so that callers wire
 * them together as they like.
 */
public interface Studio {
  /** Paints the Mandelbrot set around a point; {@code width} is the part of the plane to show. */
  @Remote
  @Benchmark(dataset = "{\"re\": -0.7436, \"im\": 0.1318, \"width\": 0.01, \"pixels\": 256}")
  CompletableFuture<byte[]> paint(double re, double im, double width, int pixels);

  /** Redraws a picture's outlines over the picture; a strength of 0 changes nothing. */
  @Remote
  CompletableFuture<byte[]> ink(byte[] png, float strength);

  /** Enlarges a picture. */
  @Remote
  CompletableFuture<byte[]> upscale(byte[] png, int factor);
}
