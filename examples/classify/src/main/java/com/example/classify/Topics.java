package com.example.classify;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import dev.vast4j.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Loads the model once, when a worker starts, and shows it some messages of each topic. */
public final class Topics implements Context<TopicModel> {
  private final Map<String, List<String>> examples;
  private final boolean cuda;

  /**
   * Takes the arguments that {@code Main} passes to the deployment.
   *
   * @param examples messages by topic
   * @param cuda whether to run the model on the GPU
   */
  public Topics(Map<String, List<String>> examples, boolean cuda) {
    this.examples = examples;
    this.cuda = cuda;
  }

  @Override
  public TopicModel enter() throws IOException, ModelException, TranslateException {
    return TopicModel.load(examples, cuda);
  }

  @Override
  public void exit(TopicModel model, Throwable failure) {
    model.close();
  }
}
