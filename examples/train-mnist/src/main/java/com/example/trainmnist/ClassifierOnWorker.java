package com.example.trainmnist;

import java.util.concurrent.CompletableFuture;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/** Runs the model that {@link DigitModel} trained. */
public final class ClassifierOnWorker implements Classifier {
  private final Model<Label> model;

  /** Takes the value of the context {@link DigitModel}. */
  public ClassifierOnWorker(Model<Label> model) {
    this.model = model;
  }

  @Override
  public CompletableFuture<Guess> infer(double[] pixels) {
    Label guess = model.predict(DigitModel.example(pixels, LabelFactory.UNKNOWN_LABEL)).getOutput();
    return CompletableFuture.completedFuture(
        new Guess(Integer.parseInt(guess.getLabel()), guess.getScore()));
  }
}
