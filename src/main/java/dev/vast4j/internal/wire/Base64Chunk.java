package dev.vast4j.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/**
 * A part of a number array in base64, which a generator takes as raw text. The JDK's encoder is
 * four times as fast as Jackson's. Not thread-safe.
 */
final class Base64Chunk implements SerializableString {
  /** A multiple of 3, so that chunks join without padding, and of the elements' sizes. */
  private static final int BYTES = 3 << 11;

  private byte[] text = {};

  /** Writes an array as a JSON string. */
  static void write(JsonGenerator plain, Object array, NumberArray type) throws IOException {
    Base64Chunk chunk = new Base64Chunk();
    int length = Array.getLength(array);
    int most = BYTES / type.size();
    byte[] bytes = new byte[Math.min(length, most) * type.size()];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    plain.writeRawValue("\"");
    for (int at = 0; at < length; at += most) {
      int count = Math.min(most, length - at);
      type.put(array, at, count, buffer);
      chunk.encode(bytes, count * type.size());
      plain.writeRaw(chunk);
    }
    plain.writeRaw('"');
  }

  private void encode(byte[] bytes, int length) {
    if (length < bytes.length) {
      text = Base64.getEncoder().encode(Arrays.copyOf(bytes, length));
    } else if (text.length == 0) {
      text = Base64.getEncoder().encode(bytes);
    } else {
      Base64.getEncoder().encode(bytes, text);
    }
  }

  @Override
  public String getValue() {
    return new String(text, ISO_8859_1);
  }

  @Override
  public int charLength() {
    return text.length;
  }

  @Override
  public byte[] asUnquotedUTF8() {
    return text;
  }

  @Override
  public byte[] asQuotedUTF8() {
    return text; // base64 needs no quotes
  }

  @Override
  public char[] asQuotedChars() {
    return getValue().toCharArray();
  }

  // A generator asks for the bytes when nothing was appended.

  @Override
  public int appendUnquotedUTF8(byte[] buffer, int offset) {
    if (text.length > buffer.length - offset) {
      return -1;
    }
    System.arraycopy(text, 0, buffer, offset, text.length);
    return text.length;
  }

  @Override
  public int appendQuotedUTF8(byte[] buffer, int offset) {
    return appendUnquotedUTF8(buffer, offset);
  }

  @Override
  public int appendUnquoted(char[] buffer, int offset) {
    if (text.length > buffer.length - offset) {
      return -1;
    }
    for (int i = 0; i < text.length; i++) {
      buffer[offset + i] = (char) text[i];
    }
    return text.length;
  }

  @Override
  public int appendQuoted(char[] buffer, int offset) {
    return appendUnquoted(buffer, offset);
  }

  @Override
  public int writeUnquotedUTF8(OutputStream out) throws IOException {
    out.write(text);
    return text.length;
  }

  @Override
  public int writeQuotedUTF8(OutputStream out) throws IOException {
    return writeUnquotedUTF8(out);
  }

  @Override
  public int putUnquotedUTF8(ByteBuffer buffer) {
    if (text.length > buffer.remaining()) {
      return -1;
    }
    buffer.put(text);
    return text.length;
  }

  @Override
  public int putQuotedUTF8(ByteBuffer buffer) {
    return putUnquotedUTF8(buffer);
  }
}
