package com.example.classify;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import com.example.classify.Helpdesk.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sentence model all-MiniLM-L6-v2 in DJL, and what it makes of each topic's examples. */
public final class TopicModel implements AutoCloseable {
  private static final String NAME = "/all-minilm-l6-v2-q";

  private final HuggingFaceTokenizer tokenizer;
  private final ZooModel<String[], float[][]> model;
  private final Map<String, float[]> topics = new LinkedHashMap<>();

  private TopicModel(HuggingFaceTokenizer tokenizer, ZooModel<String[], float[][]> model) {
    this.tokenizer = tokenizer;
    this.model = model;
  }

  /** Loads the model that is on the class path. */
  static TopicModel load(Map<String, List<String>> examples, boolean cuda)
      throws IOException, ModelException, TranslateException {
    HuggingFaceTokenizer tokenizer;
    try (InputStream in = resource("-tokenizer.json")) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              in, Map.of("padding", "true", "truncation", "true", "maxLength", "256"));
    }
    Path file = Files.createTempFile("model", ".onnx"); // DJL loads models from files
    try (InputStream in = resource(".onnx")) {
      Files.write(file, in.readAllBytes());
      Criteria<String[], float[][]> criteria =
          Criteria.builder()
              .setTypes(String[].class, float[][].class)
              .optEngine("OnnxRuntime")
              .optDevice(cuda ? Device.gpu() : Device.cpu()) // fails without CUDA
              .optModelPath(file)
              .optTranslator(new MeanOfTokens(tokenizer))
              .build();
      TopicModel loaded = new TopicModel(tokenizer, criteria.loadModel());
      for (Map.Entry<String, List<String>> topic : examples.entrySet()) {
        loaded.topics.put(topic.getKey(), Vectors.middle(loaded.vectors(topic.getValue())));
      }
      return loaded;
    } finally {
      Files.delete(file);
    }
  }

  private static InputStream resource(String end) throws IOException {
    InputStream in = TopicModel.class.getResourceAsStream(NAME + end);
    if (in == null) {
      throw new IOException("no resource " + NAME + end);
    }
    return in;
  }

  private float[][] vectors(List<String> texts) throws TranslateException {
    try (Predictor<String[], float[][]> predictor = model.newPredictor()) { // one for each thread
      return predictor.predict(texts.toArray(String[]::new));
    }
  }

  /** Runs the model once for all messages, and picks the topic most alike to each. */
  List<Topic> sort(List<String> messages) throws TranslateException {
    List<Topic> sorted = new ArrayList<>();
    for (float[] message : vectors(messages)) {
      sorted.add(
          topics.entrySet().stream()
              .map(topic -> new Topic(topic.getKey(), Vectors.likeness(message, topic.getValue())))
              .max(Comparator.comparingDouble(Topic::likeness))
              .orElseThrow());
    }
    return sorted;
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
