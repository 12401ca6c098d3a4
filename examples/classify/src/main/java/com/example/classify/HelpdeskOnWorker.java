package com.example.classify;

import ai.djl.translate.TranslateException;
import java.util.List;

/** Compares messages with the examples of each topic. */
public final class HelpdeskOnWorker implements Helpdesk {
  private final TopicModel model;

  /** Takes the value of the context {@link Topics}. */
  public HelpdeskOnWorker(TopicModel model) {
    this.model = model;
  }

  @Override
  public List<Topic> sortAll(List<String> messages) {
    try {
      return model.sort(messages);
    } catch (TranslateException e) {
      throw new IllegalStateException("the model failed", e);
    }
  }
}
