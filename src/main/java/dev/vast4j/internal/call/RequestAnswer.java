package dev.vast4j.internal.call;

import com.fasterxml.jackson.databind.JavaType;
import dev.vast4j.errors.DecodingException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer of a route: JSON, a text, bytes or nothing, as the type says.
 *
 * @param <T> the result
 */
final class RequestAnswer<T> implements AnswerReader<T> {
  private final JavaType type;
  private final String location;

  /**
   * Creates a reader.
   *
   * @param type the answer's type, that is {@code T}
   * @param route the route, for messages
   */
  RequestAnswer(JavaType type, String route) {
    this.type = type;
    this.location = "answer of '" + route + "'";
  }

  @Override
  @SuppressWarnings("unchecked") // the type is T's
  public @Nullable T read(Answer answer) throws IOException {
    return (T) value(answer);
  }

  private @Nullable Object value(Answer answer) throws IOException {
    if (type.hasRawClass(byte[].class)) {
      return answer.in().readAllBytes();
    }
    if (type.hasRawClass(Void.class)) {
      return null;
    }
    MediaType content = answer.response().body().contentType();
    if (type.hasRawClass(String.class)) {
      Charset charset = content == null ? null : content.charset(StandardCharsets.UTF_8);
      String text =
          new String(
              answer.in().readAllBytes(), charset == null ? StandardCharsets.UTF_8 : charset);
      boolean quoted = text.startsWith("\"") && StreamedAnswer.isJson(content);
      return quoted ? PlainJson.read(text, type, location) : text;
    }
    Object value = PlainJson.read(answer.in(), type, location);
    if (value == null) {
      throw new DecodingException(location, "it is null", null);
    }
    return value;
  }
}
