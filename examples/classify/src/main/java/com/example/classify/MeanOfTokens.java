package com.example.classify;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;

/**
 * Turns texts into the model's input, and its output into a vector of length 1 for each text: the
 * mean of its tokens, padding left out. Takes a whole batch, since ONNX Runtime has no operation
 * that would join single inputs.
 */
final class MeanOfTokens implements NoBatchifyTranslator<String[], float[][]> {
  private static final String[] INPUTS = {"input_ids", "attention_mask", "token_type_ids"};
  private static final String ENCODED = "encoded";

  private final HuggingFaceTokenizer tokenizer;

  MeanOfTokens(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public NDList processInput(TranslatorContext context, String[] texts) {
    Encoding[] encoded = tokenizer.batchEncode(texts);
    context.setAttachment(ENCODED, encoded);
    NDList input = Encoding.toNDList(encoded, context.getNDManager(), true, false);
    for (int i = 0; i < INPUTS.length; i++) {
      input.get(i).setName(INPUTS[i]);
    }
    return input;
  }

  @Override
  public float[][] processOutput(TranslatorContext context, NDList output) {
    Encoding[] encoded = (Encoding[]) context.getAttachment(ENCODED);
    NDArray tokens = output.get(0); // texts × tokens × width
    int length = (int) tokens.getShape().get(1);
    int width = (int) tokens.getShape().get(2);
    float[] numbers = tokens.toFloatArray();
    float[][] vectors = new float[encoded.length][width];
    for (int text = 0; text < encoded.length; text++) {
      long[] mask = encoded[text].getAttentionMask();
      for (int token = 0; token < length; token++) {
        if (mask[token] != 0) {
          int at = (text * length + token) * width;
          for (int i = 0; i < width; i++) {
            vectors[text][i] += numbers[at + i];
          }
        }
      }
      Vectors.scaleToOne(vectors[text]);
    }
    return vectors;
  }
}
