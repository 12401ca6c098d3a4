package com.example.embeddings;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The sentence model all-MiniLM-L6-v2, run by ONNX Runtime: 384 numbers for a sentence, alike for
 * sentences that mean the same. Thread-safe.
 */
public final class SentenceModel implements AutoCloseable {
  /** The quantized model, which suits a processor, or the whole one, which suits a GPU. */
  private static final List<String> NAMES = List.of("all-minilm-l6-v2-q", "all-minilm-l6-v2");

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;

  private SentenceModel(OrtSession session, HuggingFaceTokenizer tokenizer) {
    this.session = session;
    this.tokenizer = tokenizer;
  }

  /** Loads the model that is on the class path. */
  static SentenceModel load(boolean cuda) throws IOException, OrtException {
    String name =
        NAMES.stream()
            .filter(known -> SentenceModel.class.getResource("/" + known + ".onnx") != null)
            .findFirst()
            .orElseThrow(() -> new IOException("no model on the class path: " + NAMES));
    HuggingFaceTokenizer tokenizer;
    try (InputStream in = resource(name + "-tokenizer.json")) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              in, Map.of("padding", "true", "truncation", "true", "maxLength", "256"));
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        InputStream in = resource(name + ".onnx")) {
      options.addConfigEntry("session.intra_op.allow_spinning", "0"); // others need the cores, too
      if (cuda) {
        options.addCUDA(0);
      }
      return new SentenceModel(
          OrtEnvironment.getEnvironment().createSession(in.readAllBytes(), options), tokenizer);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = SentenceModel.class.getResourceAsStream("/" + name);
    if (in == null) {
      throw new IOException("no resource " + name);
    }
    return in;
  }

  /** Runs the model once for all sentences. */
  List<float[]> embed(List<String> sentences) throws OrtException {
    Encoding[] encoded = tokenizer.batchEncode(sentences);
    long[] shape = {encoded.length, encoded[0].getIds().length};
    try (OnnxTensor ids = tensor(encoded, shape, Encoding::getIds);
        OnnxTensor mask = tensor(encoded, shape, Encoding::getAttentionMask);
        OnnxTensor types = tensor(encoded, shape, Encoding::getTypeIds);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      OnnxTensor tokens = (OnnxTensor) result.get(0);
      int width = (int) tokens.getInfo().getShape()[2];
      FloatBuffer numbers = tokens.getFloatBuffer();
      List<float[]> embeddings = new ArrayList<>();
      for (int i = 0; i < encoded.length; i++) {
        int at = i * (int) shape[1] * width;
        embeddings.add(mean(numbers, at, width, encoded[i].getAttentionMask()));
      }
      return embeddings;
    }
  }

  private OnnxTensor tensor(Encoding[] encoded, long[] shape, Function<Encoding, long[]> part)
      throws OrtException {
    LongBuffer all = LongBuffer.allocate((int) (shape[0] * shape[1]));
    for (Encoding sentence : encoded) {
      all.put(part.apply(sentence));
    }
    return OnnxTensor.createTensor(environment, all.flip(), shape);
  }

  /** Averages the tokens of one sentence, padding left out, and scales the result to length 1. */
  private static float[] mean(FloatBuffer tokens, int at, int width, long[] mask) {
    float[] sum = new float[width];
    for (int token = 0; token < mask.length; token++) {
      if (mask[token] != 0) {
        for (int i = 0; i < width; i++) {
          sum[i] += tokens.get(at + token * width + i);
        }
      }
    }
    double length = 0;
    for (float value : sum) {
      length += (double) value * value;
    }
    for (int i = 0; i < width; i++) {
      sum[i] /= (float) Math.sqrt(length);
    }
    return sum;
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
