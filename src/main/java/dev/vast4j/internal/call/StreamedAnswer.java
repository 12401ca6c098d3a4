package dev.vast4j.internal.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JavaType;
import dev.vast4j.ServerSentEvent;
import dev.vast4j.internal.call.EventStream.Element;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import okhttp3.MediaType;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** How a route's streamed answer splits into elements: by its content type and their type. */
final class StreamedAnswer {
  private static final Set<String> JSON_LINES =
      Set.of("x-ndjson", "ndjson", "jsonl", "x-jsonl", "jsonlines", "x-json-stream", "json-seq");
  private static final String DONE = "[DONE]";

  private StreamedAnswer() {}

  static boolean isJson(@Nullable MediaType content) {
    return content != null
        && (subtype(content).equals("json") || subtype(content).endsWith("+json"));
  }

  private static String subtype(MediaType content) {
    return content.subtype().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a reader of elements, for one answer.
   *
   * @param content the answer's content type
   * @param type the elements' type
   * @param location the elements' place, for messages
   */
  static EventStream.Elements of(@Nullable MediaType content, JavaType type, String location) {
    boolean text = type.hasRawClass(String.class);
    if (content != null && subtype(content).equals("event-stream")) {
      return events(type, location);
    }
    if (type.hasRawClass(byte[].class)) {
      return StreamedAnswer::bytes;
    }
    boolean lines = content != null && JSON_LINES.contains(subtype(content));
    if (isJson(content) && !text) {
      return values(type, location);
    }
    if (text && !lines && !isJson(content)) {
      return new TextChunks();
    }
    // Without a type that says so, events come as lines too.
    return lines(type, location, !lines && !text);
  }

  private static EventStream.Elements events(JavaType type, String location) {
    ServerSentEvents events = new ServerSentEvents(location);
    return source -> {
      while (true) {
        ServerSentEvent event = events.next(source);
        if (event == null || event.data().strip().equals(DONE)) {
          return null;
        }
        if (type.hasRawClass(ServerSentEvent.class)) {
          return new Element(event);
        }
        if (type.hasRawClass(String.class)) {
          return new Element(event.data());
        }
        if (type.hasRawClass(byte[].class)) {
          return new Element(event.data().getBytes(StandardCharsets.UTF_8));
        }
        if (!event.data().isBlank()) {
          return new Element(PlainJson.read(event.data(), type, location));
        }
      }
    };
  }

  private static EventStream.Elements lines(JavaType type, String location, boolean orEvents) {
    AnswerLines lines = new AnswerLines(location);
    return source -> {
      while (true) {
        String line = lines.next(source);
        if (line == null) {
          return null;
        }
        // JSON text sequences begin each value with a record separator.
        String json = line.replace("\u001e", "").strip();
        if (orEvents && json.startsWith("data:")) {
          json = json.substring("data:".length()).strip();
        } else if (orEvents && json.matches("(:|event:|id:|retry:).*")) {
          continue;
        }
        if (json.equals(DONE)) {
          return null;
        }
        if (!json.isEmpty()) {
          return new Element(
              type.hasRawClass(String.class) ? line : PlainJson.read(json, type, location));
        }
      }
    };
  }

  private static EventStream.Elements values(JavaType type, String location) {
    JsonParser[] parser = new JsonParser[1];
    return source -> {
      if (parser[0] == null) {
        parser[0] = PlainJson.parser(source.inputStream());
      }
      return PlainJson.advance(parser[0], location)
          ? new Element(PlainJson.read(parser[0], type, location))
          : null;
    };
  }

  private static @Nullable Element bytes(BufferedSource source) throws IOException {
    if (!source.request(1)) {
      return null;
    }
    Buffer arrived = source.getBuffer();
    return new Element(arrived.readByteArray(arrived.size()));
  }

  /** Chunks of text as they arrive; a character that is cut in two waits for its rest. */
  private static final class TextChunks implements EventStream.Elements {
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    @Override
    public @Nullable Element next(BufferedSource source) throws IOException {
      while (true) {
        boolean more = source.request(1);
        Buffer arrived = source.getBuffer();
        ByteBuffer in = ByteBuffer.allocate(rest.remaining() + (int) arrived.size());
        in.put(rest).put(arrived.readByteArray(arrived.size())).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        var unused = decoder.decode(in, out, !more);
        rest = in;
        if (out.position() > 0) {
          return new Element(out.flip().toString());
        }
        if (!more) {
          return null;
        }
      }
    }
  }
}
