package com.example.classify;

/** Arithmetic with vectors. */
final class Vectors {
  private Vectors() {}

  static void scaleToOne(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
  }

  /** Adds vectors and scales the sum to length 1. */
  static float[] middle(float[][] vectors) {
    float[] middle = new float[vectors[0].length];
    for (float[] vector : vectors) {
      for (int i = 0; i < middle.length; i++) {
        middle[i] += vector[i];
      }
    }
    scaleToOne(middle);
    return middle;
  }

  static double likeness(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
