package dev.vast4j.internal.call;

import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.wire.Outcome;
import java.io.IOException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.MediaType;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a streamed answer, read from the connection on demand: when the consumer stops
 * asking, the worker stops once the connection's buffers are full. Closing it early closes the
 * connection. For one thread at a time, except {@link #close()}.
 */
final class EventStream implements AutoCloseable {

  /** Reads the data of one event. */
  @FunctionalInterface
  interface ElementReader {
    Outcome read(java.io.InputStream in) throws IOException;
  }

  /** Reads elements from an answer's body. */
  @FunctionalInterface
  interface Elements {
    /** Blocks until the next element has arrived; returns null at the end. */
    @Nullable Element next(BufferedSource source) throws IOException, AnswerReader.RemoteFailure;
  }

  /** Creates exceptions that describe the call. */
  interface Reporter {
    RuntimeException remote(AnswerReader.RemoteFailure failure);

    WorkerLostException lost(Throwable cause);

    CallTimeoutException timeout();
  }

  /** The largest event, in bytes; one event is held in memory until it is complete. */
  static final long MAX_EVENT = 256 << 20;

  private final Transport transport;
  private final AnswerReader.Answer answer;
  private final BufferedSource source;
  private final Elements elements;
  private final Reporter reporter;
  private final long elementNanos;
  private final String function;
  private final InFlight inFlight;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean ended;
  private volatile boolean given;

  /** Reads a function's elements from the events of an answer. */
  static EventStream ofFunction(
      Transport transport,
      AnswerReader.Answer answer,
      ElementReader reader,
      Reporter reporter,
      long elementNanos,
      String function,
      InFlight inFlight) {
    MediaType type = answer.response().body().contentType();
    if (type == null || !type.subtype().equals("event-stream")) {
      throw new UnexpectedAnswerException(
          "stream of '" + function + "'", "not server-sent events but " + type, null);
    }
    EventStream.Elements elements = source -> event(source, reader, function);
    return new EventStream(transport, answer, elements, reporter, elementNanos, function, inFlight);
  }

  /** Reads the elements of any answer. */
  EventStream(
      Transport transport,
      AnswerReader.Answer answer,
      Elements elements,
      Reporter reporter,
      long elementNanos,
      String function,
      InFlight inFlight) {
    this.transport = transport;
    this.answer = answer;
    this.source = answer.response().body().source();
    this.elements = elements;
    this.reporter = reporter;
    this.elementNanos = elementNanos;
    this.function = function;
    this.inFlight = inFlight;
    answer.exchange().pause();
    inFlight.streamBegins();
  }

  /** One element, or null at the end. */
  record Element(@Nullable Object value) {}

  /**
   * Waits for the next element. The end and a failure close the stream. Throws DecodingException
   * when an event is longer than {@link #MAX_EVENT}.
   *
   * @return null at the end, and after {@link #close()}
   */
  @Nullable Element next() {
    if (closed.get()) {
      return null;
    }
    Exchange exchange = answer.exchange();
    exchange.resume(transport.timing().nanoTime(), elementNanos, Thread.currentThread());
    boolean more = false;
    try {
      Element element = elements.next(source);
      more = element != null;
      if (!more) {
        ended = true;
      }
      return element;
    } catch (IOException e) {
      if (closed.get() && !exchange.overdue()) {
        return null; // closed by another thread, on purpose
      }
      if (exchange.overdue()) {
        throw reporter.timeout();
      }
      if (Thread.currentThread().isInterrupted()) {
        CancellationException cancelled =
            new CancellationException("interrupted while reading the stream of '" + function + "'");
        cancelled.initCause(e);
        throw cancelled;
      }
      if (transport.closed()) {
        throw Cancellations.closed();
      }
      throw reporter.lost(e);
    } catch (AnswerReader.RemoteFailure e) {
      throw reporter.remote(e);
    } finally {
      exchange.pause();
      if (!more) {
        close();
      }
    }
  }

  private static @Nullable Element event(
      BufferedSource source, ElementReader reader, String function)
      throws IOException, AnswerReader.RemoteFailure {
    while (true) {
      long end = source.indexOf((byte) '\n', 0, MAX_EVENT);
      Buffer line = new Buffer();
      if (end < 0) {
        if (source.request(MAX_EVENT)) {
          throw new DecodingException(
              "element of the stream of '" + function + "'",
              "an event of more than " + MAX_EVENT + " bytes, which is the limit",
              null);
        }
        line.writeAll(source.getBuffer());
        if (line.exhausted()) {
          return null;
        }
      } else {
        source.readFully(line, end);
        source.skip(1);
      }
      if (!isData(line)) {
        continue; // a keep-alive comment, a blank line or another field
      }
      Outcome outcome = reader.read(line.inputStream());
      if (outcome instanceof Outcome.Err err) {
        throw new AnswerReader.RemoteFailure(err.error());
      }
      return new Element(((Outcome.Ok) outcome).value());
    }
  }

  /** Strips {@code data:} from the line; returns false for any other line. */
  private static boolean isData(Buffer line) throws IOException {
    byte[] field = {'d', 'a', 't', 'a', ':'};
    if (line.size() < field.length) {
      return false;
    }
    for (int i = 0; i < field.length; i++) {
      if (line.getByte(i) != field[i]) {
        return false;
      }
    }
    line.skip(field.length);
    return !line.exhausted();
  }

  /** Returns the elements as a stream, once. Closing it closes this. */
  Stream<@Nullable Object> stream() {
    if (given) {
      throw new IllegalStateException("the stream was already consumed");
    }
    given = true;
    Spliterator<@Nullable Object> elements =
        new Spliterators.AbstractSpliterator<@Nullable Object>(
            Long.MAX_VALUE, Spliterator.ORDERED) {
          @Override
          public boolean tryAdvance(java.util.function.Consumer<? super @Nullable Object> action) {
            Element element = next();
            if (element == null) {
              return false;
            }
            action.accept(element.value());
            return true;
          }

          @Override
          public @Nullable Spliterator<@Nullable Object> trySplit() {
            return null; // a split would read ahead of the consumer
          }
        };
    return StreamSupport.stream(elements, false).onClose(this::close);
  }

  /** Closes the connection, unless the answer was read to its end. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      inFlight.streamEnds();
      transport.watch().remove(answer.exchange());
      if (!ended) {
        // Otherwise closing would wait for more of the answer.
        answer.exchange().cancel();
      }
      answer.response().close();
    }
  }
}
