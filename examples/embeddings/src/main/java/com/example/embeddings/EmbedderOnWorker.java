package com.example.embeddings;

import ai.onnxruntime.OrtException;
import java.util.List;

/** Runs the model that {@link MiniLm} loaded. */
public final class EmbedderOnWorker implements Embedder {
  private final SentenceModel model;

  /** Takes the value of the context {@link MiniLm}. */
  public EmbedderOnWorker(SentenceModel model) {
    this.model = model;
  }

  @Override
  public List<float[]> embedAll(List<String> texts) {
    try {
      return model.embed(texts);
    } catch (OrtException e) {
      throw new IllegalStateException("the model failed", e);
    }
  }
}
