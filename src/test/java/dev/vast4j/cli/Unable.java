package dev.vast4j.cli;

import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;

/** A deployment whose workers never get ready. */
public interface Unable {
  static Deployment.Builder deployment() {
    return Deployment.builder("unable")
        .remote(Unable.class)
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16));
  }

  @Remote
  @Benchmark(dataset = "{\"x\": 2}")
  default int answer(int x) {
    throw new IllegalStateException("no weights");
  }
}
