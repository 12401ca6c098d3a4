package dev.vast4j.internal.call;

import dev.vast4j.ServerSentEvent;
import dev.vast4j.errors.DecodingException;
import java.io.IOException;
import java.time.Duration;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events as the HTML standard defines them, except that the last one counts
 * without its blank line too. For one answer.
 */
final class ServerSentEvents {
  private final String location;
  private final AnswerLines lines;
  private @Nullable String id;
  private @Nullable Duration retry;

  ServerSentEvents(String location) {
    this.location = location;
    this.lines = new AnswerLines(location);
  }

  /** Blocks until the next event with data is complete; returns null at the end. */
  @Nullable ServerSentEvent next(BufferedSource source) throws IOException {
    StringBuilder data = new StringBuilder();
    boolean any = false;
    String event = "";
    while (true) {
      String line = lines.next(source);
      if (line == null || line.isEmpty()) {
        if (any) {
          return new ServerSentEvent(
              event.isEmpty() ? "message" : event, data.toString(), id, retry);
        }
        if (line == null) {
          return null;
        }
        event = "";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      if (value.startsWith(" ")) {
        value = value.substring(1);
      }
      switch (field) {
        case "data" -> {
          if (data.length() + (long) value.length() > EventStream.MAX_EVENT) {
            throw new DecodingException(
                location, "an event of more than " + EventStream.MAX_EVENT + " characters", null);
          }
          data.append(any ? "\n" : "").append(value);
          any = true;
        }
        case "event" -> event = value;
        case "id" -> id = value.indexOf('\0') < 0 ? value : id;
        case "retry" ->
            retry = value.matches("[0-9]{1,12}") ? Duration.ofMillis(Long.parseLong(value)) : retry;
        default -> {} // a comment, whose field is empty, or an unknown field
      }
    }
  }
}
