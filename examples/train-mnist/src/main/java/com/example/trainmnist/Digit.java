package com.example.trainmnist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * A handwritten digit.
 *
 * @param value 0 to 9
 * @param pixels the darkness of its 8 × 8 pixels, 0 to 16, row by row
 */
public record Digit(int value, double[] pixels) {
  private static final int HELD_OUT = 300;

  /** Returns the digits to train on. */
  static List<Digit> training() {
    List<Digit> all = load();
    return all.subList(0, all.size() - HELD_OUT);
  }

  /** Returns the digits that no model has seen. */
  static List<Digit> heldOut() {
    List<Digit> all = load();
    return all.subList(all.size() - HELD_OUT, all.size());
  }

  /** Draws the digit for a terminal. */
  String picture() {
    StringBuilder picture = new StringBuilder();
    for (int i = 0; i < pixels.length; i++) {
      picture.append(" .:-=+*#@".charAt((int) pixels[i] / 2));
      picture.append(i % 8 == 7 ? "\n" : "");
    }
    return picture.toString();
  }

  private static List<Digit> load() {
    // A resource travels to the worker with the classes beside it.
    InputStream file =
        Objects.requireNonNull(Digit.class.getResourceAsStream("digits.csv.gz"), "digits.csv.gz");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.US_ASCII))) {
      return lines.lines().map(Digit::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Digit parse(String line) {
    double[] numbers = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
    int last = numbers.length - 1;
    return new Digit((int) numbers[last], Arrays.copyOf(numbers, last));
  }
}
