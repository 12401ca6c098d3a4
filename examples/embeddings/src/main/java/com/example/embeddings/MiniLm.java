package com.example.embeddings;

import ai.onnxruntime.OrtException;
import dev.vast4j.Context;
import java.io.IOException;

/** Loads the model once, when a worker starts. */
public final class MiniLm implements Context<SentenceModel> {
  private final boolean cuda;

  /**
   * Takes the argument that {@code Main} passes to the deployment.
   *
   * @param cuda whether to run the model on the GPU
   */
  public MiniLm(boolean cuda) {
    this.cuda = cuda;
  }

  @Override
  public SentenceModel enter() throws IOException, OrtException {
    return SentenceModel.load(cuda);
  }

  @Override
  public void exit(SentenceModel model, Throwable failure) throws OrtException {
    model.close();
  }
}
