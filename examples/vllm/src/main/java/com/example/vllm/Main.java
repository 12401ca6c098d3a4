package com.example.vllm;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** Deploys a Python function that runs a language model on a GPU, and calls it from Java. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws URISyntaxException {
    Path source =
        Path.of(Objects.requireNonNull(Main.class.getResource("deploy.py"), "deploy.py").toURI());
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("vllm")
                .vast(vast)
                .python(source)
                .remote(Llm.class)
                .image(
                    Image.of("vastai/vllm:v0.11.0-cuda-12.8-mvc-cuda-12.0", 32)
                        .useSystemPython()
                        .pipInstall("vllm==0.11.0", "transformers==4.57.0")
                        .require(GPU_NAME.in(RTX_4090, RTX_5090)))
                .autoscaling(Autoscaling.defaults().minLoad(100))
                .progress(ProgressListener.console())
                .build()) {
      System.out.println(app.plan());
      if (vast.isLocal()) {
        System.out.println("The model needs a GPU: set VAST_API_KEY to deploy this.");
        return;
      }
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30));
      Llm llm = app.remote(Llm.class);
      System.out.println(llm.generate("Explain GPUs in one sentence.", 128, 0.7).join().text());
    }
  }
}
