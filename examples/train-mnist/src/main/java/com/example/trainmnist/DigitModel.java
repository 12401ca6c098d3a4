package com.example.trainmnist;

import dev.vast4j.Context;
import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.classification.libsvm.SVMClassificationType.SVMMode;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Trains a support vector machine when a worker starts, before it takes calls. */
public final class DigitModel implements Context<Model<Label>> {
  private static final LabelFactory LABELS = new LabelFactory();

  private final double gamma;
  private final double cost;

  /**
   * Takes the arguments that {@code Main} passes to the deployment.
   *
   * @param gamma how near an example has to be to count
   * @param cost what a wrong side costs while training
   */
  public DigitModel(double gamma, double cost) {
    this.gamma = gamma;
    this.cost = cost;
  }

  @Override
  public Model<Label> enter() {
    List<Digit> digits = Digit.training();
    MutableDataset<Label> data =
        new MutableDataset<>(
            digits.stream()
                .map(digit -> example(digit.pixels(), new Label("" + digit.value())))
                .toList(),
            new SimpleDataSourceProvenance("UCI digits", LABELS),
            LABELS);
    SVMParameters<Label> parameters =
        new SVMParameters<>(new SVMClassificationType(SVMMode.C_SVC), KernelType.RBF);
    parameters.setGamma(gamma);
    parameters.setCost(cost);
    parameters.setProbability();
    Model<Label> model = new LibSVMClassificationTrainer(parameters).train(data);
    System.out.println("trained on " + digits.size() + " digits");
    return model;
  }

  /** Converts pixels to the model's input. */
  static Example<Label> example(double[] pixels, Label label) {
    String[] names =
        IntStream.range(0, pixels.length).mapToObj("pixel%02d"::formatted).toArray(String[]::new);
    return new ArrayExample<>(label, names, pixels);
  }
}
