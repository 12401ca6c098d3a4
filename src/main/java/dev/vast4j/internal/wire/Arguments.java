package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects a call's arguments, by name or by position, and their errors. A parameter without an
 * argument is empty if it is an {@code Optional}, null if it is nullable, and an error otherwise. A
 * null for an unknown parameter says nothing, so it is passed over. Not thread-safe.
 */
final class Arguments {
  /** Reads the value that starts at the parser's current token, up to its last token. */
  interface Reader {
    @Nullable Object read(Type type) throws IOException;
  }

  private final Signature signature;
  private final @Nullable Object[] values;
  private final boolean[] given;
  private final Map<String, Object> errors = new LinkedHashMap<>();

  Arguments(Signature signature) {
    this.signature = signature;
    this.values = new @Nullable Object[signature.names().size()];
    this.given = new boolean[values.length];
  }

  /** Reads {@code {name: value…}}; the parser is on its first token. */
  void readNamed(JsonParser parser, Reader reader) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      int index = signature.names().indexOf(name);
      if (index < 0) {
        if (token != JsonToken.VALUE_NULL && !signature.ignored().contains(name)) {
          error(name, UnknownParameters.MESSAGE + "; " + signature.function() + takes());
        }
        parser.skipChildren();
      } else {
        read(index, parser, reader);
      }
    }
  }

  /** Reads {@code [value…]}; the parser is on its first token. */
  void readPositional(JsonParser parser, Reader reader) throws IOException {
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (index < values.length) {
        read(index, parser, reader);
      } else {
        parser.skipChildren();
      }
      index++;
    }
    if (index > values.length) {
      errors.put("args", index + " arguments; " + signature.function() + takes());
    }
  }

  private void read(int index, JsonParser parser, Reader reader) throws IOException {
    String name = signature.names().get(index);
    if (given[index]) {
      error(name, "given twice, by position and by name");
      parser.skipChildren();
      return;
    }
    given[index] = true;
    try {
      values[index] = reader.read(signature.types().get(index));
    } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
      if (Undecodable.syntaxError(e) != null) {
        throw e; // the parser cannot go on
      }
      error(name, Undecodable.describe(e));
      throw new Unreadable(e);
    }
  }

  /** Stops reading after an argument that cannot be decoded, whose error is recorded. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(Throwable cause) {
      super(cause);
    }
  }

  /** Records the error of one parameter. */
  private void error(String parameter, String message) {
    @SuppressWarnings("unchecked") // only this method puts one there
    Map<String, Object> kwargs =
        (Map<String, Object>) errors.computeIfAbsent("kwargs", k -> new LinkedHashMap<>());
    kwargs.put(parameter, message);
  }

  /** Handles parameters without an argument; call it once, after reading. */
  void complete() {
    for (int i = 0; i < values.length; i++) {
      if (!given[i]) {
        if (!signature.mayBeMissing(i)) {
          error(signature.names().get(i), MissingParameters.MESSAGE);
        }
        values[i] = signature.absent(i);
      }
    }
  }

  private String takes() {
    List<String> names = signature.names();
    if (names.isEmpty()) {
      return " takes none";
    }
    return signature.named()
        ? " takes " + String.join(", ", names)
        : " takes "
            + names.size()
            + " by position, since its interface was compiled without -parameters";
  }

  /** {@return the errors by parameter} */
  Map<String, Object> errors() {
    return errors;
  }

  /** {@return the errors as a readable text} */
  String described() {
    return errors.values().stream()
        .flatMap(
            error ->
                error instanceof Map<?, ?> kwargs
                    ? kwargs.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue())
                    : Stream.of(String.valueOf(error)))
        .collect(Collectors.joining("; "));
  }

  @Nullable Object[] values() {
    return values;
  }

  List<@Nullable Object> asList() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }
}
