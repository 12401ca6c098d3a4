package dev.vast4j.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events, each whole or not at all. For one thread. */
final class EventWriter {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ReplyStream out;
  private final Event event = new Event();

  EventWriter(ReplyStream out) {
    this.out = out;
  }

  /** The connection broke; nothing more can be written. */
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
   * Writes and flushes an event; blocks while the caller does not keep up.
   *
   * @throws CallerGoneException when the connection is broken
   * @throws IOException what writing the data throws; nothing is sent then
   */
  void write(Data data) throws IOException {
    event.reset();
    event.writeBytes(DATA);
    data.to(event);
    event.writeBytes(END);
    send(event.bytes(), event.size());
  }

  private void send(byte[] bytes, int length) throws CallerGoneException {
    try {
      out.write(bytes, 0, length);
      out.flush();
    } catch (IOException e) {
      throw new CallerGoneException(e);
    }
  }

  /** Gives its bytes away without a copy. */
  private static final class Event extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }
}
