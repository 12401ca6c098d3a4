package dev.vast4j.internal.call;

import dev.vast4j.errors.DecodingException;
import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Lines of an answer, which end with a line feed, a carriage return or both. */
final class AnswerLines {
  private static final ByteString ENDS = ByteString.encodeUtf8("\r\n");

  private final String location;
  private boolean afterReturn;
  private boolean begun;

  AnswerLines(String location) {
    this.location = location;
  }

  /** Returns the next line without its end, or null at the end. */
  @Nullable String next(BufferedSource source) throws IOException {
    Buffer buffer = source.getBuffer();
    if (afterReturn && source.request(1) && buffer.getByte(0) == '\n') {
      buffer.skip(1);
    }
    afterReturn = false;
    long end = buffer.indexOfElement(ENDS);
    while (end < 0) {
      long searched = buffer.size();
      if (searched > EventStream.MAX_EVENT) {
        throw new DecodingException(
            location, "a line of more than " + EventStream.MAX_EVENT + " bytes", null);
      }
      if (!source.request(searched + 1)) {
        break;
      }
      end = buffer.indexOfElement(ENDS, searched);
    }
    if (end < 0 && buffer.exhausted()) {
      return null;
    }
    String line = end < 0 ? buffer.readUtf8() : buffer.readUtf8(end);
    if (end >= 0) {
      afterReturn = buffer.readByte() == '\r';
    }
    if (!begun) {
      begun = true;
      return line.startsWith("\ufeff") ? line.substring(1) : line;
    }
    return line;
  }
}
