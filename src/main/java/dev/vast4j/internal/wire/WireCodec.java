package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads values in the wire form (protocol, section 7). Immutable and thread-safe; make
 * one and keep it. Streams handed in are neither closed nor buffered beyond what one value needs.
 */
public final class WireCodec {

  /** The codec with Jackson's own bindings and those for {@code Optional} and {@code java.time}. */
  public static WireCodec standard() {
    throw new UnsupportedOperationException();
  }

  /** As {@link #standard()} with the user's Jackson modules added. */
  public static WireCodec withModules(List<com.fasterxml.jackson.databind.Module> modules) {
    throw new UnsupportedOperationException();
  }

  /** Whether values of the type can be written and read; null when so, else what is in the way. */
  public @Nullable String obstacle(Type type) {
    throw new UnsupportedOperationException();
  }

  /** Writes one value. Throws EncodingException naming the place. */
  public void writeValue(
      OutputStream out, @Nullable Object value, Type type, Dialect dialect, String place)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Reads one value. Throws DecodingException naming the place. */
  public @Nullable Object readValue(InputStream in, Type type, String place) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Client: writes {@code {"kwargs": {…}}} or {@code {"args": […]}}. */
  public void writePayload(
      OutputStream out, Signature signature, @Nullable Object[] arguments, Dialect dialect)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Client: reads {@code {"result": {"ok"|"err": …}}}. */
  public Outcome readOutcome(InputStream in, Type resultType, String place) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Client: reads {@code {"ok"|"err": …}}, the data of one server-sent event. */
  public Outcome readEvent(InputStream in, Type elementType, String place) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Worker: reads a call body; its fields may come in any order.
   *
   * @throws MalformedCallException when the JSON or a field is wrong, or an argument cannot be
   *     decoded
   */
  public IncomingCall readCall(InputStream in, Signature signature)
      throws IOException, MalformedCallException {
    throw new UnsupportedOperationException();
  }

  /** Worker: writes {@code {"result": {"ok": …}}}. */
  public void writeResult(OutputStream out, @Nullable Object value, Type type, String place)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Worker: writes {@code {"result": {"err": …}}}, readable by a Python client too. */
  public void writeFailure(OutputStream out, Throwable failure) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Worker: writes {@code {"ok": …}}, the data of one server-sent event, on one line. */
  public void writeEvent(OutputStream out, @Nullable Object element, Type type, String place)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Worker: writes {@code {"err": …}}, the data of a stream's last event. */
  public void writeFailureEvent(OutputStream out, Throwable failure) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Binds a plain JSON object (a row of a benchmark's data set) to a function's parameters. Throws
   * DecodingException for a missing, unknown or ill-typed one.
   */
  public @Nullable Object[] bindArguments(String jsonObject, Signature signature) {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link #bindArguments(String, Signature)}, from a map (what a benchmark's generator makes).
   */
  public @Nullable Object[] bindArguments(java.util.Map<String, ?> row, Signature signature) {
    throw new UnsupportedOperationException();
  }

  /** Turns a value into plain JSON text, for the manifest (context arguments). */
  public String toPlainJson(@Nullable Object value, String place) {
    throw new UnsupportedOperationException();
  }

  /** Reads plain JSON text as a value of the type, for the manifest. */
  public @Nullable Object fromPlainJson(String json, Type type, String place) {
    throw new UnsupportedOperationException();
  }
}
