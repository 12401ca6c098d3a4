package com.example.trainmnist;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import com.example.trainmnist.Classifier.Guess;
import dev.vast4j.Autoscaling;
import dev.vast4j.Batch;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Trains a worker on handwritten digits, then asks about digits it has never seen. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("train-mnist")
                .vast(vast)
                .remote(Classifier.class, ClassifierOnWorker.class)
                .context(DigitModel.class, 0.001, 10)
                .image(
                    Image.of("vastai/base-image:@vastai-automatic-tag", 16)
                        .require(GPU_NAME.in(RTX_4090, RTX_5090)))
                .autoscaling(Autoscaling.defaults().minLoad(100).maxWorkers(3))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30)); // ready means that the model is trained
      Classifier classifier = app.remote(Classifier.class);

      Digit first = Digit.heldOut().get(0);
      Guess guess = classifier.infer(first.pixels()).join();
      System.out.printf(
          "%n%s%nthis is a %d, the model says %d (%.0f %%)%n",
          first.picture(), first.value(), guess.digit(), 100 * guess.probability());

      try (Stream<Batch.Result<Digit, Guess>> guesses =
          Batch.map(Digit.heldOut(), digit -> classifier.infer(digit.pixels()))) {
        List<Boolean> right = guesses.map(g -> g.get().digit() == g.input().value()).toList();
        System.out.printf(
            "accuracy: %.1f %% of %d digits that it has not seen%n",
            100.0 * right.stream().filter(r -> r).count() / right.size(), right.size());
      }
    }
  }
}
