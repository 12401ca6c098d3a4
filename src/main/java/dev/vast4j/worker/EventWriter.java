package dev.vast4j.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events, each completely or not at all. For one thread. */
final class EventWriter {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ReplyStream out;
  private final ByteArrayOutputStream event = new ByteArrayOutputStream();

  EventWriter(ReplyStream out) {
    this.out = out;
  }

  /** The connection broke. */
  static final class CallerGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    CallerGoneException(IOException cause) {
      super(cause);
    }
  }

  /** Writes the data of one event, on one line. */
  @FunctionalInterface
  interface Data {
    void to(OutputStream out) throws IOException;
  }

  /**
   * Writes and flushes an event; blocks while the caller reads too slowly.
   *
   * @throws CallerGoneException if the connection is broken
   * @throws IOException if the data cannot be written; nothing is sent then
   */
  void write(Data data) throws IOException {
    event.reset();
    event.writeBytes(DATA);
    data.to(event);
    event.writeBytes(END);
    try {
      event.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new CallerGoneException(e);
    }
  }
}
