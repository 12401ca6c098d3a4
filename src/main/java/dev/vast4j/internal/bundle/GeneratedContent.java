package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Content made by the planner. */
final class GeneratedContent implements Content {
  private final byte[] bytes;
  private final String digest;

  GeneratedContent(byte[] bytes) {
    this.bytes = bytes.clone();
    this.digest = Digests.sha256Hex(bytes);
  }

  static GeneratedContent ofText(String text) {
    return new GeneratedContent(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }
}
